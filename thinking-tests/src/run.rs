//! Runs a case: its own configuration and container, its body, and the end of its components.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, OnceLock};

use thinking_injection::{
    Asker, BoxError, Container, Extent, Outcome, Requirement, ResolveError, Resolver, Scope,
};
use thinking_modules::{MainModule, Place};
use thinking_runtime::{ActionError, Runtime};

use crate::case::Case;
use crate::changes::Changes;
use crate::sidecar::record;

/// What the body of a case may return.
#[diagnostic::on_unimplemented(
    message = "a test cannot return `{Self}`",
    label = "a test returns nothing, or `Result<(), E>`"
)]
pub trait CaseResult {
    #[doc(hidden)]
    fn into_result(self) -> Result<(), BoxError>;
}

impl CaseResult for () {
    fn into_result(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError>> CaseResult for Result<(), E> {
    fn into_result(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// Runs a case with a container of its own, which holds the components that it needs; called by
/// the code that `#[thinking::test]` generates.
///
/// The first case of the process performs the program's bootstrap actions; if one of them fails,
/// every case does.
///
/// The root is the package's directory, the mode is tests, and the profile `test` is active. Only
/// the facets that the case needs are checked, and what it changes.
///
/// # Panics
///
/// The case failed: the body panicked or returned an error, its container cannot be built, or a
/// bootstrap action failed.
pub fn run_case(
    case: &'static Case,
    changes: Changes,
    main: MainModule,
    requirements: Vec<Requirement>,
    body: impl FnOnce(&Resolver<'_>) -> Result<Result<(), BoxError>, ResolveError>,
) {
    record(case, || {
        let container = container(case, changes, main, requirements);
        let result = catch_unwind(AssertUnwindSafe(|| body(&container.resolver())));
        let outcome = match &result {
            Ok(Ok(Ok(()))) => Outcome::Success,
            Ok(Ok(Err(error))) => Outcome::Failure(error.to_string()),
            Ok(Err(error)) => Outcome::Failure(error.to_string()),
            Err(panic) => Outcome::Failure(panic_text(&**panic)),
        };
        let errors = container.stop(&outcome);
        match result {
            Err(panic) => resume_unwind(panic),
            Ok(Err(error)) => panic!("a parameter cannot be injected: {error}"),
            Ok(Ok(Err(error))) => panic!("{}", chain(&*error)),
            Ok(Ok(Ok(()))) => {}
        }
        if let Some(error) = errors.first() {
            panic!("a component cannot be stopped: {}", chain(&**error));
        }
    });
}

fn container(
    case: &Case,
    changes: Changes,
    main: MainModule,
    requirements: Vec<Requirement>,
) -> Container {
    let builder = Container::builder().registered();
    let (plain, changed) =
        changes.load(main, &builder.known_profiles()).unwrap_or_else(|mistakes| {
            let texts: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            panic!("{}", texts.join("\n\n"))
        });
    let plain = Arc::new(plain);
    bootstrap(&plain);
    let runtime = changed.map_or(plain, Arc::new);
    let asker = Asker {
        label: format!("test `{}`", case.name),
        place: Place { file: case.file, line: case.line, column: case.column },
        requirements,
        scope: Scope::Singleton,
    };
    let built = builder.runtime(runtime).extent(Extent::Needed).asker(asker).build();
    built.unwrap_or_else(|error| panic!("{}", chain(&error)))
}

/// Performs the bootstrap actions, once per process, with the runtime of the first case, as it is
/// without the changes of that case: their effects are there for all.
fn bootstrap(runtime: &Arc<Runtime>) {
    static PERFORMED: OnceLock<Result<(), ActionError>> = OnceLock::new();
    let performed = PERFORMED.get_or_init(|| {
        runtime.make_current();
        runtime.perform()
    });
    if let Err(error) = performed {
        panic!("{}", chain(error));
    }
}

/// The error and its causes, a line each.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let errors = std::iter::successors(Some(error), |error| error.source());
    errors.map(ToString::to_string).collect::<Vec<_>>().join("\n  caused by: ")
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}
