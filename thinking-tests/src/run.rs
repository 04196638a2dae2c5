//! Runs a case: its own configuration and container, its body, and the end of its components.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use thinking_injection::{
    Asker, BoxError, Container, Extent, Outcome, Requirement, ResolveError, Resolver, Scope,
};
use thinking_modules::{MainModule, Place};
use thinking_runtime::{ActionError, Runtime};

use crate::case::Case;
use crate::changes::Changes;
use crate::sidecar::Sidecar;
use crate::stage::{Ending, Stage};

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

/// Why a stage of a case did not do what it should, short of a panic.
#[derive(Debug)]
pub enum StageError {
    /// Its function returned this error.
    Returned(BoxError),
    /// One of its parameters cannot be supplied.
    NotInjected(ResolveError),
}

/// Runs the stages of a case with a container of its own, which holds the components that it needs;
/// called by the code that `#[thinking::test]` generates.
///
/// `S` is the type of the setup's value, which the body borrows or takes, and which the teardown
/// gets if the body has left it.
///
/// The first case of the process performs the program's bootstrap actions; if one of them fails,
/// every case does.
///
/// The root is the package's directory, the mode is tests, and the profile `test` is active. Only
/// the facets that the case needs are checked, and what it changes.
///
/// | what fails | body | teardown | the case's failure |
/// |---|---|---|---|
/// | setup | does not run | does not run | the setup's |
/// | body | | runs | the body's, whatever the teardown does |
/// | teardown | | | the teardown's |
///
/// # Panics
///
/// The case failed, with the payload of the panic if it was one. The panic hook has run by then and
/// does not run again.
pub fn run_case<S>(
    case: &'static Case,
    changes: Changes,
    main: MainModule,
    requirements: Vec<Requirement>,
    setup: impl FnOnce(&Resolver<'_>) -> Result<S, StageError>,
    run: impl FnOnce(&Resolver<'_>, &mut Option<S>) -> Result<(), StageError>,
    teardown: impl FnOnce(&Resolver<'_>, Option<S>, &Outcome) -> Result<(), StageError>,
) {
    let sidecar = Sidecar::current();
    if let Some(sidecar) = sidecar {
        sidecar.start(case);
    }
    let started = Instant::now();
    let observed = |stage: Stage, part: Part| {
        if let Some(sidecar) = sidecar {
            sidecar.stage(case, stage, part.duration, &part.ending());
        }
        part
    };

    let mut made = None;
    let mut parts = vec![observed(
        Stage::Setup,
        Part::of(|| {
            let container = container(case, changes, main, requirements);
            let value = setup(&container.resolver());
            let (container, value) = match value {
                Ok(value) => (container, value),
                Err(error) => {
                    container.stop(&Outcome::Failure(error.to_string()));
                    return Err(error);
                }
            };
            made = Some((container, value));
            Ok(())
        }),
    )];
    if let Some((container, value)) = made {
        let mut value = Some(value);
        let run = observed(Stage::Run, Part::of(|| run(&container.resolver(), &mut value)));
        let outcome = match (run.ending(), case.policy.should_panic) {
            (Ending::Passed, _) | (Ending::Failed(_) | Ending::Error(_), true) => Outcome::Success,
            (ending, _) => Outcome::Failure(ending.reason().unwrap_or_default().to_owned()),
        };
        parts.push(run);
        let teardown = || {
            let torn = teardown(&container.resolver(), value, &outcome);
            let stopped = container.stop(&outcome).into_iter().next();
            torn?;
            stopped.map_or(Ok(()), |error| Err(StageError::Returned(error)))
        };
        parts.push(observed(Stage::Teardown, Part::of(teardown)));
    }

    let ending = parts.iter().map(Part::ending).fold(Ending::Passed, Ending::then);
    if let Some(sidecar) = sidecar {
        sidecar.end(case, started.elapsed(), &ending);
    }
    for part in parts {
        part.raise();
    }
}

/// A stage that has ended.
struct Part {
    duration: Duration,
    result: Result<Result<(), StageError>, Box<dyn Any + Send>>,
}

impl Part {
    fn of(stage: impl FnOnce() -> Result<(), StageError>) -> Part {
        let started = Instant::now();
        // The payload goes on unchanged in `raise`, so no broken invariant can be observed here.
        let result = catch_unwind(AssertUnwindSafe(stage));
        Part { duration: started.elapsed(), result }
    }

    fn ending(&self) -> Ending {
        match &self.result {
            Ok(Ok(())) => Ending::Passed,
            Ok(Err(error)) => Ending::Error(error.to_string()),
            Err(payload) => {
                let text = panic_text(&**payload);
                match text.starts_with("assertion") {
                    true => Ending::Failed(text),
                    false => Ending::Error(text),
                }
            }
        }
    }

    /// Makes the case fail if this stage has.
    fn raise(self) {
        match self.result {
            Ok(Ok(())) => {}
            Ok(Err(error)) => panic!("{error}"),
            Err(payload) => resume_unwind(payload),
        }
    }
}

impl From<ResolveError> for StageError {
    fn from(error: ResolveError) -> StageError {
        StageError::NotInjected(error)
    }
}

impl fmt::Display for StageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returned(error) => f.write_str(&chain(&**error)),
            Self::NotInjected(error) => write!(f, "a parameter cannot be injected: {error}"),
        }
    }
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
