//! A dry run: what a session would do, and why.

use std::fmt::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;
use thinking_injection::Container;

use crate::error::ExecutorError;
use crate::execute::{Options, run_of};
use crate::path::{Identity, TaskPath};
use crate::session::Session;
use crate::stage::StageTask;
use crate::store::Store;
use crate::view::duration;

/// What a session would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The run's name.
    pub run: String,
    /// The branch it would end on; nothing if there is none yet, or a new one would be made.
    pub branch: Option<String>,
    /// The steps, in the order in which the stages ask for them, and sealed stages that have
    /// recorded steps; then the steps that are recorded and were not asked for.
    pub steps: Vec<PlannedStep>,
    /// The first step that differs from what is recorded, and what would be done about it.
    pub divergence: Option<PlannedDivergence>,
    /// The step that has to run before more can be known.
    pub known_until: Option<String>,
    /// Why the stages ended early, apart from that.
    pub failure: Option<String>,
}

/// What would happen to a step, or to a sealed stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedStep {
    /// The step, or the stage.
    pub path: String,
    /// What would happen.
    pub action: Action,
    /// Why.
    pub reasons: Vec<String>,
    /// How long it took when it was executed, in seconds; nothing if it was not.
    pub seconds: Option<f64>,
    /// How many steps it stands for: of a stage that is skipped whole, those in it; of one whose
    /// body runs none, as its steps follow.
    pub steps: u64,
}

/// What would happen to a step, or to a sealed stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Action {
    /// Its recorded outcome is given.
    Skip,
    /// It is executed.
    Run,
    /// It differs from what is recorded.
    Diverged,
    /// It is recorded, and depends on results that are not known yet.
    Unknown,
    /// It is recorded, and no stage asks for it any more.
    Left,
    /// It is a sealed stage, and skipped whole.
    Sealed,
    /// It is a sealed stage whose body runs.
    #[serde(rename = "body")]
    RunBody,
}

/// What would be done about the first step that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedDivergence {
    /// The step.
    pub path: String,
    /// Whether the session would end there; otherwise, it would go on on a new branch.
    pub refused: bool,
    /// How many finished steps would run again: it and those after it.
    pub steps: u64,
    /// How long they took, in seconds.
    pub seconds: f64,
}

/// Finds out what [`execute`](crate::execute) would do, without executing a step or writing
/// anything. The bodies of stages run with what is recorded; where a step differs its recorded
/// result stands in, so that what later steps themselves differ in is found as well. At a step
/// without any result the plan ends, because nobody knows what its stage would do next.
///
/// # Errors
///
/// The store cannot be read, or what a stage asks for cannot be asked for.
pub fn plan<T>(
    mut experiment: StageTask<T>,
    container: &Container,
    store: &Store,
    options: Options,
) -> Result<Plan, ExecutorError> {
    let definition = experiment.definition;
    let identity = Identity::new(definition.name, experiment.arguments.key().as_deref());
    let path = TaskPath::root(&identity);
    if let Some((argument, source)) = experiment.arguments.take_error() {
        return Err(ExecutorError::Argument { path, argument, source });
    }
    let run = run_of(store, definition, &experiment.arguments)?;
    let session = Session::open(container.clone(), store.clone(), options, &run, None)?;
    let session = Rc::new(session);
    let result = experiment.run_at(&session, container, path, &[]);
    session.planned(result.err())
}

/// A line per step, and what follows from it.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "{:<9} {}{}", step.action.name(), step.path, step.describe())?;
        }
        let count = |action| -> u64 {
            self.steps.iter().filter(|step| step.action == action).map(|step| step.steps).sum()
        };
        let skipped = count(Action::Skip) + count(Action::Sealed);
        let unknown = count(Action::Unknown);
        let run = count(Action::Run) + count(Action::Diverged);
        write!(f, "{} to skip, {run} to run", count_of(skipped))?;
        match (&self.known_until, unknown) {
            (None, _) => {}
            (Some(path), 0) => write!(f, "; what follows is not known before `{path}` has run")?,
            (Some(path), unknown) => write!(
                f,
                "; what follows, with {unknown} that are recorded, is not known before `{path}` \
                 has run"
            )?,
        }
        f.write_char('\n')?;
        if let Some(failure) = &self.failure {
            writeln!(f, "the stages end early: {failure}")?;
        }
        match (&self.divergence, &self.branch) {
            (Some(divergence), _) => {
                let took =
                    duration(Duration::try_from_secs_f64(divergence.seconds).unwrap_or_default());
                let what = match divergence.refused {
                    true => "the session would stop there and ask",
                    false => "they would run again on a new branch",
                };
                writeln!(
                    f,
                    "at stake from `{}` on: {} finished {}, {took} of work; {what}",
                    divergence.path,
                    divergence.steps,
                    if divergence.steps == 1 { "step" } else { "steps" },
                )
            }
            (None, Some(branch)) => writeln!(f, "on branch `{branch}`"),
            (None, None) => Ok(()),
        }
    }
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Action::Skip => "skip",
            Action::Run => "run",
            Action::Diverged => "diverged",
            Action::Unknown => "unknown",
            Action::Left => "left",
            Action::Sealed => "sealed",
            Action::RunBody => "body",
        }
    }
}

impl PlannedStep {
    fn describe(&self) -> String {
        match (self.action, &*self.reasons) {
            (Action::Sealed, _) => format!("  ({})", count_of(self.steps)),
            (_, []) => String::new(),
            (Action::Diverged | Action::RunBody, reasons) => {
                reasons.iter().map(|reason| format!("\n            - {reason}")).collect()
            }
            (_, reasons) => format!("  ({})", reasons.join("; ")),
        }
    }
}

fn count_of(steps: u64) -> String {
    match steps {
        1 => "1 step".to_owned(),
        steps => format!("{steps} steps"),
    }
}
