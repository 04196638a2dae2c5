//! Runs a case: what is there before it, its stages, and what becomes of their endings.

use std::mem;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Instant;

use thinking_injection::{Asker, Container, Outcome, Requirement, Scope};
use thinking_modules::__private::Built;
use thinking_modules::Place;
use tracing::span::EnteredSpan;

use crate::case::Case;
use crate::cases::aspect::{self, Aspect};
use crate::cases::attempt::{Attempt, Payload, say, say_skipped};
use crate::cases::bootstrap::Bootstrapped;
use crate::cases::bound::Stages;
use crate::cases::current::{Begun, Running};
use crate::cases::exclusive::Exclusive;
use crate::cases::fixtures::{Fixtures, User};
use crate::cases::plan::Plan;
use crate::cases::stage_error::{StageError, chain};
use crate::cases::watchdog::Watchdog;
use crate::cases::{
    bootstrap, capture, panic_place, shared_container, shared_fixtures, stage_lines,
};
use crate::sidecar::Sidecar;
use crate::stage::{Ending, Stage};

/// Runs the stages of a case with a container of its own, which holds the components that it needs;
/// called by the code that `#[thinking::test]` generates.
///
/// The fixtures are made before `setup` is called and torn down after `teardown`, the last one first.
///
/// The first case of the process performs the program's bootstrap actions; if one of them fails,
/// every case does. A case that asks for nothing and changes nothing has an empty container, which is
/// built once per process, unless the program has aspects.
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
/// Fixtures that were made are torn down in any case, and components that were started are stopped.
/// What fails there counts as the teardown's; all of it is written to standard error. A stage that
/// calls [`skip`](crate::skip()) lets the case end as skipped, unless something fails after it.
///
/// With `#[should_panic]`, a setup or body that fails is what the case is expected to do: the outcome
/// is a success for its teardown, too. A teardown that fails makes the case fail all the same.
///
/// # Panics
///
/// The case failed, with the payload of the panic if it was one. The panic hook has run by then and
/// does not run again.
pub fn run_case(plan: &Plan, stages: &mut dyn Stages) {
    panic_place::watch();
    capture::begin();
    let _exclusive = Exclusive::take(plan.case.policy.exclusive);
    let begun = Begun::new(plan.case, User::of(plan).package());
    let mut run = Run::new(plan, begun.running.clone());
    let ending = run.case(stages);
    let raised = run.finish(&ending);
    drop(begun);
    if let Some(payload) = raised {
        resume_unwind(payload);
    }
}

/// Runs a case whose attribute says nothing of its container, and whose function takes and returns
/// nothing, as [`run_case`] does; without a container if the program has no aspects. Most cases are such,
/// and less of them is compiled so.
pub fn run_function(case: &'static Case, built: &'static Built, mut body: fn()) {
    run_case(&Plan::new(case, built), &mut body);
}

/// A case, while it runs.
struct Run<'a> {
    plan: &'a Plan,
    running: Arc<Running>,
    sidecar: Option<&'static Sidecar>,
    watchdog: Option<Watchdog>,
    mark: Option<EnteredSpan>,
    aspects: Vec<Arc<dyn Aspect>>,
    /// What the stage carried that made the case fail, or was expected to.
    payload: Option<Payload>,
    /// What `#[should_panic]` expects, once it has happened.
    expected: Option<String>,
}

/// What the setup leaves to the other stages.
struct Ready {
    container: Container,
    fixtures: Fixtures,
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan, running: Arc<Running>) -> Self {
        let sidecar = Sidecar::current();
        if let Some(sidecar) = sidecar {
            sidecar.start(plan.case);
        }
        let (watchdog, mark, payload, expected) = (None, None, None, None);
        Run { plan, running, sidecar, watchdog, mark, aspects: Vec::new(), payload, expected }
    }

    /// Runs all stages, and says how the case ended.
    fn case(&mut self, stages: &mut dyn Stages) -> Ending {
        let announces =
            self.sidecar.is_some() && (stages.are_own() || !self.plan.fixtures.is_empty());
        let mut ready = None;
        let set_up = self.stage(Stage::Setup, announces, |run| run.setup(stages, &mut ready));
        let Some(Ready { container, fixtures }) = ready else {
            return set_up;
        };
        let ran = self.stage(Stage::Run, announces, |run| run.body(stages, &container, &fixtures));
        let torn_down = self.stage(Stage::Teardown, announces, |run| {
            run.teardown(stages, &container, fixtures, &ran)
        });
        set_up.then(ran).then(torn_down)
    }

    /// Writes what became of the case, and returns what it panics with.
    fn finish(mut self, ending: &Ending) -> Option<Payload> {
        drop(self.mark.take());
        drop(self.watchdog.take());
        if let Some(sidecar) = self.sidecar {
            sidecar.end(self.plan.case, self.running.started.elapsed(), ending);
        }
        let text = match (ending, self.expected) {
            (Ending::Skipped(reason), _) => {
                say_skipped(self.plan.case, reason);
                // Whoever expects a panic is content with any.
                return self.plan.case.policy.should_panic.then(|| payload(reason.clone()));
            }
            // Without a panic, std's harness says that none came.
            (Ending::Passed, None) => return None,
            (_, Some(_)) if ending.is_failure() => return None,
            (_, Some(expected)) => expected,
            (_, None) if self.plan.case.policy.should_panic => return None,
            (failure, None) => failure.reason().unwrap_or_default().to_owned(),
        };
        Some(self.payload.unwrap_or_else(|| payload(text)))
    }

    /// Lets a stage happen, measured and recorded.
    fn stage(
        &mut self,
        stage: Stage,
        announces: bool,
        run: impl FnOnce(&mut Self) -> Ending,
    ) -> Ending {
        self.running.enter(stage);
        if announces {
            stage_lines::announce(stage);
        }
        let started = Instant::now();
        let ending = run(self);
        if let Some(sidecar) = self.sidecar {
            sidecar.stage(self.plan.case, stage, started.elapsed(), &ending);
        }
        ending
    }

    fn setup(&mut self, stages: &mut dyn Stages, ready: &mut Option<Ready>) -> Ending {
        let mut container = None;
        let prepared = Attempt::of(self.running.package, || {
            let watchdog = Watchdog::of(&self.running);
            self.watchdog = watchdog.map_err(|text| StageError::Returned(text.into()))?;
            container = Some(self.container(stages)?);
            Ok(())
        });
        let Some(container) = container else {
            let left = shared_fixtures::leave(self.plan, &prepared.ending);
            return self.expect(prepared).then(left);
        };

        let fixtures = Fixtures::of(self.plan);
        let mut has_value = false;
        let attempt = self.around(Stage::Setup, |run| {
            let resolver = container.resolver();
            let attempt = Attempt::of(run.running.package, || {
                run.plan
                    .fixtures
                    .iter()
                    .try_for_each(|fixture| fixtures.make(fixture, &resolver).map(drop))?;
                stages.setup(&resolver)
            });
            has_value = attempt.ending == Ending::Passed;
            attempt
        });
        let ending = match attempt.ending {
            Ending::Passed if !has_value => {
                let text = "an aspect let the setup pass without calling `next`, so the body has \
                            nothing to run with";
                say(text);
                Ending::Error(text.to_owned())
            }
            Ending::Passed => {
                *ready = Some(Ready { container, fixtures });
                return Ending::Passed;
            }
            ending => ending,
        };
        let ended = self.cleanup(container, fixtures, &ending);
        self.expect(Attempt { ending, payload: attempt.payload }).then(ended)
    }

    fn body(
        &mut self,
        stages: &mut dyn Stages,
        container: &Container,
        fixtures: &Fixtures,
    ) -> Ending {
        let attempt = self.around(Stage::Run, |run| {
            Attempt::of(run.running.package, || stages.run(&container.resolver(), fixtures))
        });
        if attempt.ending == Ending::Passed && self.plan.case.policy.should_panic {
            return Ending::Failed(
                "the case did not panic, as `#[should_panic]` expects".to_owned(),
            );
        }
        self.expect(attempt)
    }

    fn teardown(
        &mut self,
        stages: &mut dyn Stages,
        container: &Container,
        fixtures: Fixtures,
        ran: &Ending,
    ) -> Ending {
        let outcome = outcome(ran);
        let attempt = self.around(Stage::Teardown, |run| {
            Attempt::of(run.running.package, || stages.teardown(&container.resolver(), &outcome))
        });
        let ending = self.keep(attempt, ran);
        let so_far = ran.clone().then(ending.clone());
        ending.then(self.cleanup(container.clone(), fixtures, &so_far))
    }

    /// Ends what the case was given, whatever became of it: its fixtures, its container, and its
    /// share in what several cases use.
    fn cleanup(&self, container: Container, fixtures: Fixtures, so_far: &Ending) -> Ending {
        let package = self.running.package;
        let outcome = outcome(so_far);
        let mut ending = fixtures.teardown(&container.resolver(), &outcome, package);
        if self.plan.share {
            shared_container::leave(self.plan.case, &so_far.clone().then(ending.clone()));
        } else {
            let outcome = self::outcome(&so_far.clone().then(ending.clone()));
            ending = ending.then(stop(&container, &outcome));
        }
        let so_far = so_far.clone().then(ending.clone());
        ending.then(shared_fixtures::leave(self.plan, &so_far))
    }

    /// Takes what is there before the stages: the configuration, the container, the aspects.
    fn container(&mut self, stages: &mut dyn Stages) -> Result<Container, StageError> {
        let plan = self.plan;
        if plan.is_bare()
            && stages.is_bare()
            && let Some(container) = bootstrap::alone(User::of(plan))?
        {
            self.mark = Some(self.running.mark());
            return Ok(container);
        }
        let bootstrapped = Bootstrapped::new(User::of(plan), plan.changes, plan.replace)?;
        self.mark = Some(self.running.mark());
        let container = match plan.share {
            true => shared_container::get(bootstrapped),
            false => bootstrapped.needed(asker(plan, stages.requirements())),
        }?;
        self.aspects = aspect::of(&container)?;
        Ok(container)
    }

    /// Calls a stage inside of the aspects; what they say counts.
    fn around(&mut self, stage: Stage, call: impl FnOnce(&Self) -> Attempt) -> Attempt {
        let aspects = mem::take(&mut self.aspects);
        let (mut call, mut inside) = (Some(call), None);
        let mut body = || {
            let attempt = call.take().map(|call| call(self));
            let ending = attempt.as_ref().map_or(Ending::Passed, |attempt| attempt.ending.clone());
            inside = attempt;
            ending
        };
        let case = self.plan.case;
        let ending = aspect::around(&aspects, stage, case, self.running.package, &mut body);
        self.aspects = aspects;
        match inside {
            Some(attempt) if attempt.ending == ending => attempt,
            _ => {
                if ending.is_failure() {
                    say(ending.reason().unwrap_or_default());
                }
                Attempt { ending, payload: None }
            }
        }
    }

    /// Says how the setup or body ended, where a failure may be what is expected.
    fn expect(&mut self, attempt: Attempt) -> Ending {
        if self.plan.case.policy.should_panic && attempt.ending.is_failure() {
            self.expected = Some(attempt.ending.reason().unwrap_or_default().to_owned());
            self.payload = attempt.payload;
            return Ending::Passed;
        }
        self.keep(attempt, &Ending::Passed)
    }

    /// Keeps what a stage carried if it is the first that fails.
    fn keep(&mut self, attempt: Attempt, before: &Ending) -> Ending {
        if attempt.ending.is_failure() && !before.is_failure() {
            self.payload = attempt.payload;
        }
        attempt.ending
    }
}

fn asker(plan: &Plan, of_setup: Vec<Requirement>) -> Asker {
    let case = plan.case;
    let fixtures = plan.fixtures.iter().flat_map(|fixture| fixture.all());
    let own = fixtures.filter(|fixture| !fixture.is_shared());
    let of_fixtures = own.flat_map(|fixture| fixture.requirements.iter().cloned());
    Asker {
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
    }
}

/// Stops the components of a case; all that fails is its error.
pub(crate) fn stop(container: &Container, outcome: &Outcome) -> Ending {
    let errors = container.stop(outcome);
    if errors.is_empty() {
        return Ending::Passed;
    }
    let texts: Vec<_> = errors.iter().map(|error| chain(&**error)).collect();
    let text = format!("a component cannot be stopped: {}", texts.join("\n"));
    say(&text);
    Ending::Error(text)
}

pub(crate) fn outcome(ending: &Ending) -> Outcome {
    match ending.is_failure() {
        false => Outcome::Success,
        true => Outcome::Failure(ending.reason().unwrap_or_default().to_owned()),
    }
}

fn payload(text: String) -> Payload {
    Box::new(text)
}
