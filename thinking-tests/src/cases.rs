//! Cases as they run in their process: what `#[thinking::test]` expands to calls this.

mod aspect;
mod attempt;
mod bootstrap;
mod bound;
mod capture;
mod changes;
mod current;
mod definitions;
mod exclusive;
mod fixture;
mod fixtures;
mod joined;
mod panic_place;
mod plan;
mod process_end;
mod replacement;
mod run;
mod setup;
mod shared_container;
mod shared_fixtures;
mod skip;
mod stage_error;
mod stage_lines;
mod teardown;
mod watchdog;

pub use aspect::{Aspect, Next};
pub use bound::{CaseResult, Stages};
pub use changes::Changes;
pub use current::{CurrentCase, current, detail};
pub(crate) use fixture::shared_fixtures_by_case;
pub use fixture::{Fixture, FixtureDefinition, FixtureScope, FixtureUse, FixtureValue};
pub use fixtures::Fixtures;
pub use plan::Plan;
pub use replacement::Replacement;
pub use run::run_case;
pub use setup::{NothingLeft, Setup};
pub use skip::skip;
pub use stage_error::StageError;
pub use teardown::Teardown;

/// Waits for what an `async` test or fixture returns.
#[cfg(feature = "tokio")]
#[doc(hidden)]
#[macro_export]
macro_rules! __block_on_test {
    ($resolver:expr, $future:expr) => {
        $resolver.block_on($future)?
    };
}

#[cfg(not(feature = "tokio"))]
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
pub mod __private {
    pub use std::time::Duration;

    pub use linkme;
    pub use thinking_injection::{__private::Inject, Requirement};
    pub use thinking_modules::__private::Built;
    pub use thinking_modules::{Definition, Kind, here, register};

    pub use super::bound::{Bound, CaseResult, Plain, kept, taken};
    pub use super::changes::Changes;
    pub use super::fixture::{
        FIXTURE_USES, Fixture, FixtureDefinition, FixtureScope, FixtureUse, made, no_narrower,
    };
    pub use super::plan::Plan;
    pub use super::replacement::{Given, Unshared, replace, stand_in};
    pub use super::run::{run_case, run_function};
    pub use super::setup::{Left, WithoutClone, WithoutError, requirements_of, set_up};
    pub use super::stage_error::StageError;
    pub use super::teardown::{tear_down, tear_down_fixture};
    pub use crate::__block_on_test as block_on_test;
    pub use crate::case::{CASES, Case, CasePolicy};
}
