//! The log lines that are kept with steps.

use serde::Serialize;
use thinking_runtime::logging::CapturedLog;

use super::{View, ViewError};
use crate::error::StoreError;
use crate::keys;
use crate::selector::Place;
use crate::storage::Space;
use crate::store::open;

/// What a step logged, in the execution that is recorded or in one that failed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepLog {
    /// Where the step stands in the tree.
    pub path: String,
    /// The session that executed it.
    pub session: u64,
    /// Which attempt failed, counted from 1; nothing of the one that succeeded.
    pub failed_attempt: Option<u32>,
    /// Its lines.
    #[serde(flatten)]
    pub log: CapturedLog,
}

impl View {
    /// Returns what was logged at a place, step by step, with the attempts that failed before each.
    /// Steps that logged nothing are left out. Costs the records of the steps there, and those of
    /// all failures.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn logs(&self, place: &Place) -> Result<Vec<StepLog>, ViewError> {
        let lineage = self.lineage(place.line)?;
        // By position; what failed there comes before what is done.
        let mut logs = Vec::new();
        for (serial, failure) in self.failures_on(&lineage)? {
            if !is_below(failure.path.as_str(), place.path.as_str()) {
                continue;
            }
            if let Some(log) = self.log(&keys::failure_log(serial))? {
                let path = failure.path.to_string();
                let (session, failed_attempt) = (failure.session, Some(failure.attempt));
                let log = StepLog { path, session, failed_attempt, log };
                logs.push(((failure.position, 0, serial), log));
            }
        }
        for step in self.records_of(place)? {
            let (position, step) = step?;
            let branch = lineage.owner(position).unwrap_or_default();
            if let Some(log) = self.log(&keys::step_log(branch, position))? {
                let (path, session) = (step.path.to_string(), step.session);
                let log = StepLog { path, session, failed_attempt: None, log };
                logs.push(((position, 1, 0), log));
            }
        }
        logs.sort_by_key(|(order, _)| *order);
        Ok(logs.into_iter().map(|(_, log)| log).collect())
    }

    fn log(&self, key: &[u8]) -> Result<Option<CapturedLog>, StoreError> {
        let sealed = self.records.get(Space::Logs, key)?;
        sealed.map(|bytes| open(|| "a step's log".to_owned(), &bytes)).transpose()
    }
}

/// Describes logs for people: a heading per step, and its lines.
pub fn logs_text(logs: &[StepLog]) -> String {
    let mut text = String::new();
    for StepLog { path, session, failed_attempt, log } in logs {
        if !text.is_empty() {
            text.push('\n');
        }
        let attempt = match failed_attempt {
            Some(attempt) => format!(", attempt {attempt}, which failed"),
            None => String::new(),
        };
        text.push_str(&format!("{path}  session {session}{attempt}\n{log}"));
    }
    text
}

/// Tells whether a task is another one, or lies below it.
fn is_below(path: &str, task: &str) -> bool {
    path.strip_prefix(task).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
