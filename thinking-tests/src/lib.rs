//! A test front end: what is known about each case at link time, what happened to it at run
//! time, and the reports.
//!
//! A case is an ordinary `#[test]` function, so that plain `cargo test`, cargo-nextest and an
//! editor's run lens work as always. Beside it stands a [`Case`] that says where it is written.
//! Two environment variables, both set by the runner, make a test binary tell more:
//!
//! | variable | effect |
//! |---|---|
//! | [`MANIFEST_DIR_VARIABLE`] | `BINARY --list` also writes name, file and line of each case |
//! | [`RECORDS_DIR_VARIABLE`] | each case writes what happens to it, as [`Record`]s |
//!
//! The feature `front` adds the runner behind `cargo xtask test` and its reports.

#[cfg(feature = "cases")]
mod bound;
mod case;
#[cfg(feature = "cases")]
mod changes;
#[cfg(feature = "cases")]
mod fixture;
mod manifest;
#[cfg(feature = "cases")]
mod plan;
#[cfg(feature = "cases")]
mod replacement;
#[cfg(feature = "cases")]
mod run;
#[cfg(feature = "cases")]
mod setup;
mod sidecar;
mod stage;
#[cfg(feature = "cases")]
mod stage_error;
#[cfg(feature = "cases")]
mod teardown;

#[cfg(feature = "front")]
pub mod front;
#[cfg(feature = "front")]
pub mod report;

#[cfg(feature = "cases")]
pub use bound::{CaseResult, Stages};
pub use case::{Case, CasePolicy, cases};
#[cfg(feature = "cases")]
pub use changes::Changes;
#[cfg(feature = "cases")]
pub use fixture::{Fixture, FixtureDefinition, FixtureScope, FixtureUse, FixtureValue, Fixtures};
pub use manifest::{MANIFEST_DIR_VARIABLE, ManifestEntry};
#[cfg(feature = "cases")]
pub use plan::Plan;
#[cfg(feature = "cases")]
pub use replacement::Replacement;
#[cfg(feature = "cases")]
pub use run::run_case;
#[cfg(feature = "cases")]
pub use setup::{NothingLeft, Setup};
pub use sidecar::{ATTEMPT_VARIABLE, Event, RECORDS_DIR_VARIABLE, Record};
pub use stage::{Ending, Stage};
#[cfg(feature = "cases")]
pub use stage_error::StageError;
#[cfg(feature = "cases")]
pub use teardown::Teardown;
#[cfg(feature = "cases")]
pub use thinking_macros::{fixture, test, tests};

/// Waits for what an `async` test or fixture returns.
#[cfg(all(feature = "cases", feature = "tokio"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __block_on_test {
    ($resolver:expr, $future:expr) => {
        $resolver.block_on($future)?
    };
}

#[cfg(all(feature = "cases", not(feature = "tokio")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __block_on_test {
    ($resolver:expr, $future:expr) => {
        ::core::compile_error!(
            "an `async` test or fixture needs the feature `tokio` of `thinking`, or of \
             `thinking-tests`: turn it on in `Cargo.toml`, or write a plain `fn`"
        )
    };
}

/// What generated code names; not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use linkme;

    #[cfg(feature = "cases")]
    pub use crate::__block_on_test as block_on_test;
    #[cfg(feature = "cases")]
    pub use crate::bound::{Bound, CaseResult, Plain, kept, taken};
    pub use crate::case::{CASES, Case, CasePolicy};
    #[cfg(feature = "cases")]
    pub use crate::changes::Changes;
    #[cfg(feature = "cases")]
    pub use crate::fixture::{
        FIXTURE_USES, Fixture, FixtureDefinition, FixtureScope, FixtureUse, made, no_narrower,
    };
    #[cfg(feature = "cases")]
    pub use crate::plan::Plan;
    #[cfg(feature = "cases")]
    pub use crate::replacement::{Given, Unshared, replace, stand_in};
    #[cfg(feature = "cases")]
    pub use crate::run::run_case;
    #[cfg(feature = "cases")]
    pub use crate::setup::{Left, WithoutClone, WithoutError, requirements_of, set_up};
    #[cfg(feature = "cases")]
    pub use crate::stage_error::StageError;
    #[cfg(feature = "cases")]
    pub use crate::teardown::{tear_down, tear_down_fixture};
    pub use std::time::Duration;
    #[cfg(feature = "cases")]
    pub use thinking_injection::{__private::Inject, Requirement};
    #[cfg(feature = "cases")]
    pub use thinking_modules::{Definition, Kind, here, main_module, register};
}
