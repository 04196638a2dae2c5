//! The running application, as `main`'s body sees it.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use thinking_dbs::Database;
use thinking_executor::{Executor, OnChange, Options, Signals, StageTask, Store, execute, plan};
use thinking_injection::{Component, Container, Inject, ResolveError, Resolver, Want};
use thinking_modules::here;
use thinking_runtime::Config;

use crate::commands::print;
use crate::dry_run::DryRun;
use crate::failure::json_text;
use crate::{Arguments, Result};

/// The application that `main` is the body of; a parameter of `main`, or of a component.
#[derive(Clone)]
pub struct App {
    container: Container,
    invocation: Arc<Invocation>,
}

/// What the command line says about running.
#[derive(Debug, Clone, Default)]
pub(crate) struct Invocation {
    pub(crate) on_change: Option<OnChange>,
    pub(crate) keep: Vec<String>,
    pub(crate) retry_failed: bool,
    /// Whether experiments only say what they would do, and then whether tools read it.
    pub(crate) plan: Option<PlanFor>,
    pub(crate) arguments: Arguments,
}

/// Who reads a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PlanFor {
    People,
    Tools,
}

impl Invocation {
    /// Describes the components that carry it to [`App`], and its words to those who ask for them.
    pub(crate) fn components(self) -> [Component; 2] {
        let arguments = Arc::new(self.arguments.clone());
        [
            Component::existing("thinking::Invocation", here!(), Arc::new(self)).build(),
            Component::existing("thinking::Arguments", here!(), arguments).build(),
        ]
    }
}

impl App {
    /// Runs an experiment to its end: recorded steps are reused, the rest is executed and
    /// recorded. SIGINT, SIGTERM and the signals that `executor.toml` names end it in order
    /// meanwhile.
    ///
    /// With the command `plan` it prints what it would do, executes nothing, and ends the program:
    /// `main` gets an error to pass up, which is no failure.
    ///
    /// # Errors
    ///
    /// An [`ExecutorError`](thinking_executor::ExecutorError), from which the process gets its
    /// exit code. What was reported done is in the store.
    pub fn experiment<T>(&self, experiment: StageTask<T>) -> Result<T> {
        let settings: Config<Executor> = self.container.inject(None)?;
        let database: Arc<Database> = self.container.inject(Some(settings.database()))?;
        let options = Options {
            on_change: self.invocation.on_change.unwrap_or(*settings.on_change()),
            rerun_below: positive(*settings.rerun_below()),
            keep: self.invocation.keep.clone(),
            retry_failed: self.invocation.retry_failed,
            signals: Signals::listen(positive(*settings.grace()), settings.signals())?,
            ..Options::default()
        };
        let store = Store::open(database)?;
        let Some(reader) = self.invocation.plan else {
            return Ok(execute(experiment, &self.container, store, options)?);
        };
        let plan = plan(experiment, &self.container, &store, options)?;
        let code = match reader {
            PlanFor::People => print(&plan.to_string()),
            PlanFor::Tools => print(&json_text(&plan)),
        };
        Err(DryRun(code).into())
    }

    /// Returns the container.
    pub fn container(&self) -> &Container {
        &self.container
    }
}

impl Inject for App {
    const WANT: Want = Want::Nothing;

    fn resolve(resolver: &Resolver<'_>, _name: Option<&str>) -> Result<Self, ResolveError> {
        let container = Container::resolve(resolver, None)?;
        let invocation = container.inject(None)?;
        Ok(App { container, invocation })
    }
}

/// A negative length of time is none.
fn positive(duration: SignedDuration) -> Duration {
    Duration::try_from(duration).unwrap_or_default()
}
