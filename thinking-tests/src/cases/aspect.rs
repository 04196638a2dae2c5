//! Aspects: what a program wraps around each stage of each of its cases.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use thinking_injection::{Container, ResolveError};

use crate::case::Case;
use crate::cases::panic_place;
use crate::stage::{Ending, Stage};

/// Wraps around each stage of each case whose container has it as a component: to measure, to watch,
/// to open and close something, to end a stage in another way.
///
/// Aspects are components as others are: what they need is injected, and conditions and profiles
/// hold for them. All that are active take part, in the container's stable order, `order = …` first;
/// the first one is the outermost. A program without any pays nothing for them.
///
/// An aspect is made in the setup of the case, and stopped after its teardown, so it neither sees how
/// the container is built nor how the components are stopped.
///
/// # Panics
///
/// An aspect that panics makes the stage fail, unless what is inside of it has failed before.
///
/// ```
/// extern crate thinking_injection as thinking;
/// use std::sync::Mutex;
/// use thinking::component;
/// use thinking_tests::{Aspect, Case, Ending, Next, Stage};
///
/// static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
///
/// #[component(provides = dyn Aspect)]
/// struct Narrator {}
///
/// impl Aspect for Narrator {
///     fn around(&self, stage: Stage, _case: &Case, next: Next<'_>) -> Ending {
///         let ending = next.run();
///         SEEN.lock().unwrap().push(format!("{stage}: {ending:?}"));
///         ending
///     }
/// }
///
/// # use thinking_tests::{CasePolicy, Plan, __private::Plain, run_case};
/// # static CASE: Case = Case {
/// #     name: "a::case", module: "a", file: "src/a.rs", line: 1, column: 1, policy: CasePolicy::NONE,
/// # };
/// # fn main() {
/// # let plan = Plan::new(&CASE, const { &thinking_modules::__private::built!() });
/// # run_case(&plan, &mut Plain(|_, _| Ok(())));
/// // After a case:
/// assert_eq!(*SEEN.lock().unwrap(), ["setup: Passed", "run: Passed", "teardown: Passed"]);
/// # }
/// ```
pub trait Aspect: Send + Sync {
    /// Runs around a stage: calls `next`, and says how the stage ended.
    ///
    /// What it returns counts, whatever `next` said: so an expected failure may become a success, and
    /// a passed stage a failed one. If it does not call `next`, nothing of the stage happens, and it
    /// ends as the aspect says; a setup cannot pass in that way, as the body has nothing to run with
    /// then.
    fn around(&self, stage: Stage, case: &Case, next: Next<'_>) -> Ending;
}

/// What is inside of an aspect: other aspects, and the stage itself.
pub struct Next<'a> {
    inside: Inside<'a>,
    body: &'a mut dyn FnMut() -> Ending,
}

#[derive(Clone, Copy)]
struct Inside<'a> {
    aspects: &'a [Arc<dyn Aspect>],
    stage: Stage,
    case: &'a Case,
    package: &'a Path,
}

impl Next<'_> {
    /// Runs what is inside, and returns how it ended. A panic of it is an ending, too.
    pub fn run(self) -> Ending {
        let Next { inside, body } = self;
        let Some((aspect, aspects)) = inside.aspects.split_first() else { return body() };
        // What happened inside counts, also if the aspect panics afterwards.
        let mut ended = Ending::Passed;
        let mut observed = || {
            ended = Next { inside: Inside { aspects, ..inside }, body: &mut *body }.run();
            ended.clone()
        };
        let next = Next { inside: Inside { aspects: &[], ..inside }, body: &mut observed };
        let around = AssertUnwindSafe(|| aspect.around(inside.stage, inside.case, next));
        catch_unwind(around)
            .unwrap_or_else(|payload| ended.then(panic_place::ending(&*payload, inside.package)))
    }
}

/// Returns the aspects of a container.
pub(crate) fn of(container: &Container) -> Result<Vec<Arc<dyn Aspect>>, ResolveError> {
    container.inject(None)
}

/// Runs `body` inside of `aspects`.
pub(crate) fn around(
    aspects: &[Arc<dyn Aspect>],
    stage: Stage,
    case: &Case,
    package: &Path,
    body: &mut dyn FnMut() -> Ending,
) -> Ending {
    Next { inside: Inside { aspects, stage, case, package }, body }.run()
}
