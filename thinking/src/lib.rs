//! An application framework for programs that start, work for a long time, produce a result and
//! finish: experiments, simulations, data processing.
//!
//! ```no_run
//! use thinking::prelude::*;
//!
//! /// Read from `training.toml`, checked before `main` runs.
//! #[derive(Debug, Deserialize, Facet)]
//! #[facet(name = "training")]
//! struct Training {
//!     #[facet(default = 3)]
//!     epochs: u32,
//! }
//!
//! const LOSSES: Table<u32, f64> = Table::new("losses");
//!
//! #[step]
//! fn epoch(n: u32, tx: &mut Tx) -> Result<f64> {
//!     let loss = 1.0 / f64::from(n);
//!     tx.table_mut(LOSSES)?.insert(&n, &loss)?;
//!     Ok(loss)
//! }
//!
//! #[stage]
//! fn experiment(stage: &Stage, training: Config<Training>) -> Result<f64> {
//!     let mut last = f64::INFINITY;
//!     for n in 1..=training.epochs() {
//!         last = stage.run(epoch(n))?; // skipped, with its recorded result, if it is done
//!     }
//!     Ok(last)
//! }
//!
//! #[thinking::main]
//! fn main(app: App) -> Result<()> {
//!     let loss = app.experiment(experiment())?;
//!     println!("the last loss is {loss:.3}");
//!     Ok(())
//! }
//! ```
//!
//! Each part is a crate that works without this one, which gives them short names and puts them
//! together in [`main`](macro@main) and [`App`].

mod again;
mod app;
mod arguments;
mod body;
mod builder;
mod commands;
mod dry_run;
mod entry;
mod failure;
mod main_result;
mod mistakes;
pub mod prelude;
mod usage_error;
mod wired;

pub use app::App;
pub use arguments::Arguments;
pub use body::Body;
pub use builder::AppBuilder;
pub use main_result::MainResult;
pub use mistakes::Mistakes;
pub use thinking_dbs as dbs;
pub use thinking_executor as executor;
pub use thinking_injection as injection;
pub use thinking_macros::{
    Facet, Section, action, choices, component, fixture, interface, main, stage, step, test, tests,
    tracked,
};
pub use thinking_modules as modules;
#[cfg(feature = "scan")]
pub use thinking_modules::assert_linked;
pub use thinking_modules::main_module;
pub use thinking_runtime as runtime;
pub use thinking_runtime::profile;
pub use thinking_tests as tests;
pub use usage_error::UsageError;

/// The error that programs pass up: any error, with context.
pub type Error = anyhow::Error;

/// A result whose error can be any.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The examples of the README, as doctests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The examples of the guide that are programs of their own, as doctests.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../../docs/guide/configuration.md")]
    struct Configuration;
    #[doc = include_str!("../../docs/guide/profiles.md")]
    struct Profiles;
    #[doc = include_str!("../../docs/guide/logging.md")]
    struct Logging;
    #[doc = include_str!("../../docs/guide/start-up.md")]
    struct StartUp;
    #[doc = include_str!("../../docs/guide/components.md")]
    struct Components;
    #[doc = include_str!("../../docs/guide/choosing.md")]
    struct Choosing;
    #[doc = include_str!("../../docs/guide/lifecycle.md")]
    struct Lifecycle;
    #[doc = include_str!("../../docs/guide/testing.md")]
    struct Testing;
    #[doc = include_str!("../../docs/guide/reports.md")]
    struct Reports;
    #[doc = include_str!("../../docs/guide/coverage.md")]
    struct Coverage;
    #[doc = include_str!("../../docs/guide/replacements.md")]
    struct Replacements;
    #[doc = include_str!("../../docs/guide/failures.md")]
    struct Failures;
    #[doc = include_str!("../../docs/guide/steps.md")]
    struct Steps;
    #[doc = include_str!("../../docs/guide/state.md")]
    struct State;
    #[doc = include_str!("../../docs/guide/runs.md")]
    struct Runs;
}

/// What generated code names; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::MainResult;
    pub use crate::entry::run_main;
    pub use crate::wired::assert_wired;
    pub use thinking_executor::__private::{
        Arguments, Duration, Policy, StageTask, Step, TaskDefinition, block_on_task,
    };
    pub use thinking_injection::__private::{
        Choices, ChoicesDefinition, Component, ComponentDefinition, Condition, Inject, Interface,
        InterfaceDefinition, Probe, Provided, Requirement, Resolver, Scope, TypeKey,
        WithoutLifecycle, assert_interface, block_on,
    };
    pub use thinking_modules::{Definition, Kind, here, main_module, register};
    pub use thinking_runtime::__private::{
        ActionDefinition, ActionResult, BoxError, Facet, FacetDefinition, Field, FromRuntime, Keys,
        Loadable, NoSection, Range, Reads, Runtime, Section, SectionKey, Tracked, Violations,
        bounds, default_value, default_values, in_range, load, shape,
    };
    pub use thinking_tests::__private::{
        Bound, Built, CASES, Case, CasePolicy, CaseResult, Changes, FIXTURE_USES, Fixture,
        FixtureDefinition, FixtureScope, FixtureUse, Given, Left, Plain, Plan, StageError,
        Unshared, WithoutClone, WithoutError, block_on_test, kept, linkme, made, no_narrower,
        replace, requirements_of, run_case, run_function, set_up, stand_in, taken, tear_down,
        tear_down_fixture,
    };
}
