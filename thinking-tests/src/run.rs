//! Runs a case: its own configuration and container, its body, and the end of its components.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use thinking_injection::{Asker, Container, Extent, Outcome, Requirement, Scope};
use thinking_modules::Place;
use thinking_runtime::{ActionError, Runtime};

use crate::bound::Stages;
use crate::fixture::Fixtures;
use crate::plan::Plan;
use crate::sidecar::Sidecar;
use crate::stage::{Ending, Stage};
use crate::stage_error::{StageError, chain};

/// Runs the stages of a case with a container of its own, which holds the components that it needs;
/// called by the code that `#[thinking::test]` generates.
///
/// The fixtures are made before `setup` is called and torn down after `teardown`, the last one first.
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
pub fn run_case(plan: &Plan, stages: &mut dyn Stages) {
    let case = plan.case;
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
            let container = container(plan, stages.requirements());
            let fixtures = Fixtures::default();
            let resolver = container.resolver();
            let set_up = plan
                .fixtures
                .iter()
                .try_for_each(|fixture| fixtures.make(fixture, &resolver).map(drop))
                .and_then(|()| stages.setup(&resolver));
            drop(resolver);
            if let Err(error) = set_up {
                let outcome = Outcome::Failure(error.to_string());
                // The setup's error is the case's, whatever follows it.
                let _ = fixtures.teardown(&container.resolver(), &outcome);
                container.stop(&outcome);
                return Err(error);
            }
            made = Some((container, fixtures));
            Ok(())
        }),
    )];
    if let Some((container, fixtures)) = made {
        let run = Part::of(|| stages.run(&container.resolver(), &fixtures));
        let run = observed(Stage::Run, run);
        let outcome = match (run.ending(), case.policy.should_panic) {
            (Ending::Passed, _) | (Ending::Failed(_) | Ending::Error(_), true) => Outcome::Success,
            (ending, _) => Outcome::Failure(ending.reason().unwrap_or_default().to_owned()),
        };
        parts.push(run);
        let teardown = || {
            let resolver = container.resolver();
            let torn = stages.teardown(&resolver, &outcome);
            let fixtures = fixtures.teardown(&resolver, &outcome);
            drop(resolver);
            let stopped = container.stop(&outcome).into_iter().next();
            torn.and(fixtures)?;
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

fn container(plan: &Plan, of_setup: Vec<Requirement>) -> Container {
    let case = plan.case;
    let builder = (plan.replace)(Container::builder().registered());
    let (plain, changed) =
        plan.changes.load((plan.main)(), &builder.known_profiles()).unwrap_or_else(|mistakes| {
            let texts: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            panic!("{}", texts.join("\n\n"))
        });
    let plain = Arc::new(plain);
    bootstrap(&plain);
    let runtime = changed.map_or(plain, Arc::new);
    let fixtures = plan.fixtures.iter().flat_map(|fixture| fixture.all());
    let of_fixtures = fixtures.flat_map(|fixture| fixture.requirements.iter().cloned());
    let asker = Asker {
        label: format!("test `{}`", case.name),
        place: Place { file: case.file, line: case.line, column: case.column },
        requirements: plan
            .requirements
            .iter()
            .cloned()
            .chain(of_setup)
            .chain(of_fixtures)
            .collect(),
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

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}
