//! A test front end: what is known about each case at link time, what happened to it at run
//! time, and the reports.
//!
//! A case is an ordinary `#[test]` function, so that plain `cargo test`, cargo-nextest and an
//! editor's run lens work as always. Beside it stands a [`Case`] that says where it is written.
//! Environment variables, set by the runner, make a test binary tell more and watch less:
//!
//! | variable | effect |
//! |---|---|
//! | [`MANIFEST_DIR_VARIABLE`] | `BINARY --list` also writes name, file and line of each case |
//! | [`RECORDS_DIR_VARIABLE`] | each case writes what happens to it, as [`Record`]s, and a line to its output where a stage of its own begins |
//! | [`ATTEMPT_VARIABLE`] | which attempt at its cases the process is |
//! | [`TIMEOUTS_VARIABLE`] | [`TIMEOUTS_OF_BACKEND`]: the process does not watch time limits itself |
//! | [`TIMEOUT_MS_VARIABLE`] | the limit of cases without one |
//!
//! # A case while it runs
//!
//! [`current()`] says which case this is, [`detail()`] tells the reports something about it, [`skip()`]
//! leaves it out. [`Aspect`]s wrap each of its stages. What it logs is kept with it, from the level
//! `capture` of `logs.toml` on: lines of its thread, of threads inside a span that was made in it, and,
//! where the process was started for one case only, of all threads. Others belong to no case.
//!
//! # What a case says
//!
//! [`macro@test`] lists the options, [`macro@fixture`] those of fixtures, and [`macro@tests`] gives
//! defaults to a module. (Elsewhere it is `#[thinking::test]`, and `crate = …` is not needed.)
//!
//! ```
//! extern crate thinking_injection as thinking;
//! use std::sync::{Arc, Mutex};
//! use thinking_injection::{Outcome, component, interface};
//!
//! #[interface]
//! trait Clock: Send + Sync {
//!     fn now(&self) -> u64;
//! }
//!
//! #[component(provides = dyn Clock)]
//! struct Real;
//! # impl Clock for Real { fn now(&self) -> u64 { std::process::id().into() } }
//!
//! struct Frozen(u64);
//!
//! impl Clock for Frozen {
//!     fn now(&self) -> u64 {
//!         self.0
//!     }
//! }
//!
//! #[derive(Default)]
//! struct Store {
//!     rows: Mutex<Vec<u64>>,
//! }
//!
//! fn open_store(clock: Arc<dyn Clock>) -> Result<Store, std::io::Error> {
//!     Ok(Store { rows: Mutex::new(vec![clock.now()]) })
//! }
//!
//! fn check_store(store: Store, outcome: Outcome) {
//!     if outcome == Outcome::Success {
//!         assert_eq!(store.rows.into_inner().unwrap(), [7, 8]);
//!     }
//! }
//!
//! #[thinking_tests::fixture(scope = "binary", crate = thinking_tests)]
//! fn primes() -> Vec<u64> {
//!     vec![2, 3, 5, 7]
//! }
//!
//! #[thinking_tests::tests(tags("store"), timeout = "30s", crate = thinking_tests)]
//! mod stores {
//!     use super::*;
//!
//!     // The value of `setup` is bound by the parameter's name, and the fixture by its own.
//!     #[thinking_tests::test(
//!         tags("db"), retries = 2, exclusive = "db",
//!         setup = open_store, teardown = check_store, with(dyn Clock = Frozen(7)),
//!     )]
//!     fn appends(setup: &Store, clock: Arc<dyn Clock>, primes: &Vec<u64>) {
//!         assert!(primes.contains(&clock.now()));
//!         setup.rows.lock().unwrap().push(clock.now() + 1);
//!     }
//! }
//!
//! #[thinking_tests::test(crate = thinking_tests)]
//! #[row(2, 4)]
//! #[row(named("negative"), -3, 9)]
//! fn squares(input: i64, expected: i64) -> Result<(), String> {
//!     match input * input == expected {
//!         true => Ok(()),
//!         false => Err(format!("{input} squared is not {expected}")),
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! The feature `front` adds the runner behind `cargo xtask test` and its reports.

#[cfg(feature = "cases")]
mod aspect;
#[cfg(feature = "cases")]
mod attempt;
#[cfg(feature = "cases")]
mod bootstrap;
#[cfg(feature = "cases")]
mod bound;
#[cfg(feature = "cases")]
mod capture;
mod case;
#[cfg(feature = "cases")]
mod changes;
#[cfg(feature = "cases")]
mod current;
#[cfg(feature = "cases")]
mod definitions;
#[cfg(feature = "cases")]
mod exclusive;
#[cfg(feature = "cases")]
mod fixture;
#[cfg(feature = "cases")]
mod fixtures;
#[cfg(feature = "cases")]
mod joined;
mod manifest;
#[cfg(feature = "cases")]
mod panic_place;
#[cfg(feature = "cases")]
mod plan;
#[cfg(feature = "cases")]
mod process_end;
#[cfg(feature = "cases")]
mod replacement;
#[cfg(feature = "cases")]
mod run;
#[cfg(feature = "cases")]
mod setup;
#[cfg(feature = "cases")]
mod shared_container;
#[cfg(feature = "cases")]
mod shared_fixtures;
mod sidecar;
#[cfg(feature = "cases")]
mod skip;
mod stage;
#[cfg(feature = "cases")]
mod stage_error;
#[cfg(feature = "cases")]
mod stage_lines;
#[cfg(feature = "cases")]
mod teardown;
mod time_limit;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "front")]
pub mod front;
#[cfg(feature = "front")]
pub mod report;

#[cfg(feature = "cases")]
pub use aspect::{Aspect, Next};
#[cfg(feature = "cases")]
pub use bound::{CaseResult, Stages};
pub use case::{Case, CasePolicy, cases};
#[cfg(feature = "cases")]
pub use changes::Changes;
#[cfg(feature = "cases")]
pub use current::{CurrentCase, current, detail};
#[cfg(feature = "cases")]
pub use fixture::{Fixture, FixtureDefinition, FixtureScope, FixtureUse, FixtureValue};
#[cfg(feature = "cases")]
pub use fixtures::Fixtures;
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
#[cfg(feature = "cases")]
pub use skip::skip;
pub use stage::{Ending, Stage};
#[cfg(feature = "cases")]
pub use stage_error::StageError;
#[cfg(feature = "cases")]
pub use teardown::Teardown;
#[cfg(feature = "cases")]
pub use thinking_macros::{fixture, test, tests};
pub use time_limit::{TIMEOUT_MS_VARIABLE, TIMEOUTS_OF_BACKEND, TIMEOUTS_VARIABLE};

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
    pub use crate::run::{run_case, run_function};
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
    pub use thinking_modules::__private::Built;
    #[cfg(feature = "cases")]
    pub use thinking_modules::{Definition, Kind, here, register};
}
