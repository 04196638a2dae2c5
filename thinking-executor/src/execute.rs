//! Runs an experiment: one session, from its first record to its last.

use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;
use thinking_injection::Container;
use thinking_runtime::Runtime;

use crate::error::ExecutorError;
use crate::facet::OnChange;
use crate::history::SessionRecord;
use crate::path::{Identity, TaskPath};
use crate::session::{Session, causes};
use crate::signals::Signals;
use crate::stage::StageTask;
use crate::store::Store;

/// How a session runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// What happens when a recorded step no longer fits.
    pub on_change: OnChange,
    /// With [`OnChange::Auto`]: how much recorded work is run again without a question.
    pub rerun_below: Duration,
    /// What asks the session to stop.
    pub signals: Signals,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            on_change: OnChange::Auto,
            rerun_below: Duration::from_secs(60),
            signals: Signals::none(),
        }
    }
}

/// Runs an experiment to its end: what is recorded with the same inputs is reused, the rest is
/// executed and recorded. The run's name is the experiment's identity.
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
    let active = store.activate(path.as_str())?;
    let mut record = session_record(path.as_str(), container.runtime().map(|runtime| &**runtime));
    let serial = store.begin_session(&record)?;
    let session = Session::open(container.clone(), store.clone(), options, &path, serial, active);
    let result = session.map_err(ExecutorError::from).and_then(|session| {
        let session = Rc::new(session);
        let result = experiment.run_at(&session, container, path);
        session.close(result)
    });
    record.ended = Some(Timestamp::now());
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

fn outcome<T>(result: &Result<T, ExecutorError>) -> &'static str {
    match result {
        Ok(_) => "done",
        Err(ExecutorError::Diverged(_)) => "diverged",
        Err(ExecutorError::Interrupted { .. }) => "interrupted",
        Err(_) => "failed",
    }
}

fn session_record(run: &str, runtime: Option<&Runtime>) -> SessionRecord {
    let main = runtime.map(Runtime::main);
    let profiles = runtime.map(|runtime| runtime.profiles().names().map(str::to_owned).collect());
    SessionRecord {
        run: run.to_owned(),
        pid: std::process::id(),
        host: gethostname::gethostname().to_string_lossy().into_owned(),
        program: main.map(|main| main.target.name.to_owned()).unwrap_or_default(),
        version: main.map(|main| main.version.to_owned()).unwrap_or_default(),
        arguments: arguments(),
        profiles: profiles.unwrap_or_default(),
        started: Timestamp::now(),
        ended: None,
        outcome: None,
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
