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

mod case;
#[cfg(feature = "cases")]
mod cases;
mod manifest;
mod sidecar;
mod stage;
mod time_limit;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "front")]
pub mod front;
#[cfg(feature = "front")]
pub mod report;

pub use case::{Case, CasePolicy, cases};
#[cfg(feature = "cases")]
#[doc(hidden)]
pub use cases::__private;
#[cfg(feature = "cases")]
pub use cases::{
    Aspect, CaseResult, Changes, CurrentCase, Fixture, FixtureDefinition, FixtureScope, FixtureUse,
    FixtureValue, Fixtures, Next, NothingLeft, Plan, Replacement, Setup, StageError, Stages,
    Teardown, current, detail, run_case, skip,
};
pub use manifest::{MANIFEST_DIR_VARIABLE, ManifestEntry};
pub use sidecar::{ATTEMPT_VARIABLE, Event, RECORDS_DIR_VARIABLE, Record};
pub use stage::{Ending, Stage};
#[cfg(feature = "cases")]
pub use thinking_macros::{fixture, test, tests};
pub use time_limit::{TIMEOUT_MS_VARIABLE, TIMEOUTS_OF_BACKEND, TIMEOUTS_VARIABLE};

/// What code names that registers cases by hand.
#[cfg(not(feature = "cases"))]
#[doc(hidden)]
pub mod __private {
    pub use linkme;

    pub use crate::case::{CASES, Case, CasePolicy};
}
