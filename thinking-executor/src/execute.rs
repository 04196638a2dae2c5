//! Runs an experiment: one session, from its first record to its last.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use thinking_injection::Container;
use thinking_runtime::Runtime;

use crate::arguments::Arguments;
use crate::clock::{Clock, SystemClock};
use crate::error::{ExecutorError, StoreError};
use crate::facet::OnChange;
use crate::history::{DONE, SessionRecord};
use crate::path::{Identity, TaskPath};
use crate::session::{Session, causes};
use crate::signals::Signals;
use crate::stage::StageTask;
use crate::store::Store;
use crate::task::TaskDefinition;

/// How a session runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// What happens when a recorded step no longer fits.
    pub on_change: OnChange,
    /// With [`OnChange::Auto`]: how much recorded work is run again without a question.
    pub rerun_below: Duration,
    /// Steps whose recorded results are good though they changed, by path or the end of one.
    pub keep: Vec<String>,
    /// Whether failures that stages handled are tried again, instead of being given again.
    pub retry_failed: bool,
    /// What asks the session to stop.
    pub signals: Signals,
    /// How time is measured, and waited for.
    pub clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            on_change: OnChange::Auto,
            rerun_below: Duration::from_secs(60),
            keep: Vec::new(),
            retry_failed: false,
            signals: Signals::none(),
            clock: Arc::new(SystemClock::new()),
        }
    }
}

/// Runs an experiment to its end: what is recorded with the same inputs is reused, the rest is
/// executed and recorded. The run's name is the experiment's identity, or a former one under which
/// it is recorded.
///
/// # Errors
///
/// As [`ExecutorError`] says; every step that was reported done is in the store, and the next
/// call goes on there.
pub fn execute<T>(
    mut experiment: StageTask<T>,
    container: &Container,
    store: Store,
    options: Options,
) -> Result<T, ExecutorError> {
    let name = experiment.definition.name;
    let path = TaskPath::root(&Identity::new(name, experiment.arguments.key().as_deref()));
    if let Some((argument, source)) = experiment.arguments.take_error() {
        return Err(ExecutorError::Argument { path, argument, source });
    }
    let run = run_of(&store, experiment.definition, &experiment.arguments)?;
    let active = store.activate(&run)?;
    let mut record = session_record(&run, container.runtime().map(|runtime| &**runtime));
    let serial = store.begin_session(&record)?;
    let begun = Some((serial, active));
    let session = Session::open(container.clone(), store.clone(), options, &run, begun);
    let result = session.and_then(|session| {
        let session = Rc::new(session);
        let result = session.close(experiment.run_at(&session, container, path, &[]));
        record.ending = Some(session.ending(result.as_ref().err()));
        result
    });
    // A clock that was set back meanwhile does not let a session end before it began.
    record.ended = Some(Timestamp::now().max(record.started));
    record.outcome = Some(outcome(&result).to_owned());
    match (store.end_session(serial, &record), result) {
        (Err(error), Ok(_)) => Err(error.into()),
        (Err(error), result) => {
            tracing::warn!("the end of the session is not recorded: {}", causes(&error).join(": "));
            result
        }
        (Ok(()), result) => result,
    }
}

/// Returns the name of an experiment's run: its identity, or a former one if only that is recorded.
pub(crate) fn run_of(
    store: &Store,
    task: &TaskDefinition,
    arguments: &Arguments,
) -> Result<String, StoreError> {
    let key = arguments.key();
    let run = |name: &str| Identity::new(name, key.as_deref()).as_str().to_owned();
    let records = store.records()?;
    for name in std::iter::once(&task.name).chain(task.aliases) {
        if records.head(&run(name))?.is_some() {
            return Ok(run(name));
        }
    }
    Ok(run(task.name))
}

/// Returns the name of this machine.
pub(crate) fn host() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

fn outcome<T>(result: &Result<T, ExecutorError>) -> &'static str {
    match result {
        Ok(_) => DONE,
        Err(ExecutorError::Diverged(_)) => "diverged",
        Err(ExecutorError::Interrupted { .. }) => "interrupted",
        Err(ExecutorError::ToBeContinued { .. }) => "to be continued",
        Err(_) => "failed",
    }
}

fn session_record(run: &str, runtime: Option<&Runtime>) -> SessionRecord {
    let main = runtime.map(Runtime::main);
    let profiles = runtime.map(|runtime| runtime.profiles().names().map(str::to_owned).collect());
    SessionRecord {
        run: run.to_owned(),
        pid: std::process::id(),
        host: host(),
        program: main.map(|main| main.target.name.to_owned()).unwrap_or_default(),
        version: main.map(|main| main.version.to_owned()).unwrap_or_default(),
        arguments: arguments(),
        profiles: profiles.unwrap_or_default(),
        started: Timestamp::now(),
        ended: None,
        outcome: None,
        ending: None,
    }
}

/// The process's arguments without the values of assignments, which may be secrets. The settings
/// that count are recorded with each step.
fn arguments() -> Vec<String> {
    let arguments = std::env::args_os().skip(1);
    let texts = arguments.map(|argument| argument.to_string_lossy().into_owned());
    texts
        .map(|text| text.split_once('=').map_or(text.clone(), |(key, _)| format!("{key}=…")))
        .collect()
}
