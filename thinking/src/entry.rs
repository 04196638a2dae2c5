//! From the start of the process to `main`'s body and back to the exit code.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

use thinking_executor::TaskDefinition;
use thinking_injection::{
    Asker, Blueprint, Container, ContainerBuilder, Outcome, Requirement, ResolveError, Resolver,
};
use thinking_modules::{MainModule, registry};
use thinking_runtime::{Diagnostic, Runtime, exit_code, logging};

use crate::commands::{Command, CommandLine};
use crate::{Error, failure};

/// What `main` may return.
#[diagnostic::on_unimplemented(
    message = "`main` cannot return `{Self}`",
    label = "`main` returns nothing, `Result<(), E>` or `ExitCode`"
)]
pub trait MainResult {
    #[doc(hidden)]
    fn into_result(self) -> Result<ExitCode, Error>;
}

impl MainResult for () {
    fn into_result(self) -> Result<ExitCode, Error> {
        Ok(ExitCode::SUCCESS)
    }
}

impl MainResult for ExitCode {
    fn into_result(self) -> Result<ExitCode, Error> {
        Ok(self)
    }
}

impl<E: Into<Error>> MainResult for Result<(), E> {
    fn into_result(self) -> Result<ExitCode, Error> {
        self.map(|()| ExitCode::SUCCESS).map_err(Into::into)
    }
}

/// Runs a program: command line, configuration, logging, wiring, and then either a command that
/// only shows something or `body` between start and stop of the components. Called by the code
/// that `#[thinking::main]` generates.
#[doc(hidden)]
pub fn run_main(
    main: MainModule,
    requirements: Vec<Requirement>,
    body: impl FnOnce(&Resolver<'_>) -> Result<Result<ExitCode, Error>, ResolveError>,
) -> ExitCode {
    let command_line = match CommandLine::parse(&main) {
        Ok(command_line) => command_line,
        Err(code) => return code,
    };
    let builder = Container::builder().registered();
    let (runtime, mistakes) = Runtime::builder(main)
        .root(command_line.root.clone())
        .profiles(command_line.profiles.clone())
        .known_profiles(builder.known_profiles())
        .assignments(command_line.assignments.clone())
        .load();
    let runtime = Arc::new(runtime);
    logging::install(runtime.facets().config().ok().as_ref(), runtime.profiles());
    let json = command_line.json;
    if let Some(code) = command_line.command.without_wiring(&runtime, &mistakes, json) {
        return code;
    }
    let builder = builder.component(command_line.invocation.component());
    let builder = askers(builder, &main, requirements).runtime(runtime);
    let blueprint = match together(mistakes, builder) {
        Ok(blueprint) => blueprint,
        Err(mistakes) => {
            failure::report(&mistakes, json);
            return ExitCode::from(exit_code::CONFIGURATION);
        }
    };
    if command_line.command == Command::Wiring {
        return crate::commands::print(&blueprint.describe());
    }
    match work(blueprint, body) {
        Ok(code) => code,
        Err(error) => {
            failure::report_error(&error);
            ExitCode::from(failure::code(&error))
        }
    }
}

/// Adds `main` and every task of the program, so that what they miss is found before they run.
fn askers(
    builder: ContainerBuilder,
    main: &MainModule,
    requirements: Vec<Requirement>,
) -> ContainerBuilder {
    let place = main.place;
    let builder = builder.asker(Asker { label: "`main`".to_owned(), place, requirements });
    registry::items::<TaskDefinition>().fold(builder, |builder, (definition, task)| {
        builder.asker(Asker {
            label: format!("{} `{}`", definition.kind, definition.path()),
            place: task.place,
            requirements: (task.requirements)(),
        })
    })
}

/// Joins the mistakes of configuration and wiring into one report.
fn together(
    mut mistakes: Vec<Diagnostic>,
    builder: ContainerBuilder,
) -> Result<Blueprint, Vec<Diagnostic>> {
    match builder.validate() {
        Ok(blueprint) if mistakes.is_empty() => Ok(blueprint),
        Ok(_) => Err(mistakes),
        Err(error) => {
            mistakes.extend(error.diagnostics);
            Err(mistakes)
        }
    }
}

fn work(
    blueprint: Blueprint,
    body: impl FnOnce(&Resolver<'_>) -> Result<Result<ExitCode, Error>, ResolveError>,
) -> Result<ExitCode, Error> {
    let container = blueprint.build()?;
    // A panic must not end the process before the components are stopped.
    let result = catch_unwind(AssertUnwindSafe(|| body(&container.resolver())))
        .unwrap_or_else(|payload| Ok(Err(panicked(&*payload))));
    let result = result.map_err(Error::from).flatten();
    let outcome = match &result {
        Ok(_) => Outcome::Success,
        Err(error) => Outcome::Failure(format!("{error:#}")),
    };
    let errors = container.stop(&outcome);
    match (result, errors.into_iter().next()) {
        (Ok(_), Some(error)) => {
            Err(Error::from_boxed(error).context("a component cannot be stopped"))
        }
        (result, _) => result,
    }
}

fn panicked(payload: &(dyn Any + Send)) -> Error {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    Error::msg(text.unwrap_or_default()).context("`main` panicked")
}
