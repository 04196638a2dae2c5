//! What is recorded in a store, for people and tools: the tree of a run and how it stands.

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use thinking_dbs::{DatabaseError, Owner, Snapshot};
use thiserror::Error;

use crate::error::StoreError;
use crate::history::{FailureRecord, SessionRecord, StepRecord};
use crate::storage;
use crate::store::{Records, STORE_FORMAT, migration};

mod tree;

pub use tree::Node;

/// What a store records of all its runs, at one moment.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// The store's file.
    pub store: String,
    /// The process that is writing it, if one is.
    pub owner: Option<Owner>,
    /// Each run, in order of the names.
    pub runs: Vec<RunView>,
}

/// What is recorded of one run.
#[derive(Debug, Clone, Serialize)]
pub struct RunView {
    /// The run's name.
    pub run: String,
    /// The name of its current branch.
    pub branch: String,
    /// How many branches it has.
    pub branches: u64,
    /// The finished steps on the current branch, in order.
    pub steps: Vec<StepView>,
    /// Its sessions, in order.
    pub sessions: Vec<SessionView>,
    /// The attempt that failed at the place where the branch ends, if one did.
    pub failure: Option<FailureRecord>,
}

/// A finished step.
#[derive(Debug, Clone, Serialize)]
pub struct StepView {
    /// Where it stands in the tree.
    pub path: String,
    /// When it began.
    pub started: Timestamp,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// The session that executed it.
    pub session: u64,
    /// The names of its artifacts.
    pub artifacts: Vec<String>,
}

/// A session of a run.
#[derive(Debug, Clone, Serialize)]
pub struct SessionView {
    /// Its serial number in the store, from 1.
    pub session: u64,
    /// What is recorded of it.
    #[serde(flatten)]
    pub record: SessionRecord,
}

/// Why a store cannot be shown.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ViewError {
    /// The file cannot be copied or opened.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Its records cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl View {
    /// Reads the store at `path` from a copy, so that a running process is not disturbed. Costs
    /// a copy of the file and the records of all steps.
    ///
    /// # Errors
    ///
    /// There is no store, or it cannot be read; it is as it was.
    pub fn read(path: &Path) -> Result<View, ViewError> {
        let snapshot = Snapshot::take("store", path)?;
        migration::migrate(snapshot.redb(), || snapshot.redb().begin_write())?;
        let records = Records::new(Box::new(storage::snapshot(snapshot.redb())?));
        let (store, owner) = (path.display().to_string(), Owner::of(path));
        match records.format()? {
            Some(STORE_FORMAT) => {}
            Some(found) => return Err(StoreError::Format { found, known: STORE_FORMAT }.into()),
            None => return Ok(View { store, owner, runs: Vec::new() }),
        }
        let branches = records.branches()?;
        let sessions = records.sessions()?;
        let failures = records.failures()?;
        let mut runs = Vec::new();
        for (run, head) in records.heads()? {
            let lineage = records.lineage(head)?;
            let length = records.length(&lineage)?;
            let steps = records.steps(&lineage, 0);
            let steps = steps.map(|step| Ok(StepView::of(step?.1)));
            let steps = steps.collect::<Result<_, StoreError>>()?;
            let here = |failure: &&FailureRecord| {
                failure.run == run && failure.branch == head && failure.position == length
            };
            let branch = branches.iter().find(|(id, _)| *id == head);
            runs.push(RunView {
                branch: branch.map(|(_, branch)| branch.name.clone()).unwrap_or_default(),
                branches: branches.iter().filter(|(_, branch)| branch.run == run).count() as u64,
                steps,
                sessions: sessions
                    .iter()
                    .filter(|(_, record)| record.run == run)
                    .map(|(session, record)| SessionView {
                        session: *session,
                        record: record.clone(),
                    })
                    .collect(),
                failure: failures.iter().rfind(here).cloned(),
                run,
            });
        }
        Ok(View { store, owner, runs })
    }

    /// Describes how each run stands, a line per fact.
    pub fn status(&self) -> String {
        let mut text = String::new();
        for run in &self.runs {
            let took: f64 = run.steps.iter().map(|step| step.seconds).sum();
            let took = duration(Duration::from_secs_f64(took));
            let mut line = |name: &str, value: String| {
                text.push_str(&format!("{name:<9} {value}\n"));
            };
            line("run", run.run.clone());
            let others = match run.branches {
                0 | 1 => String::new(),
                count => format!(", {} older", count - 1),
            };
            line("branch", format!("{}{others}", run.branch));
            line("steps", format!("{} done, {took} of work", run.steps.len()));
            if let Some(step) = run.steps.last() {
                line("last", step.path.clone());
            }
            if let Some(SessionView { session, record }) = run.sessions.last() {
                line("session", format!("{session}, {}", self.describe(record)));
            }
            if let Some(failure) = &run.failure {
                line("failed", format!("{}: {}", failure.path, failure.causes.join(": ")));
            }
            line("store", self.store.clone());
        }
        text
    }

    fn describe(&self, session: &SessionRecord) -> String {
        let started = session.started;
        let running =
            self.owner.as_ref().is_some_and(|o| o.pid == session.pid && o.host == session.host);
        match (&session.outcome, session.ended) {
            (Some(outcome), Some(ended)) => {
                let took = ended.duration_since(started).unsigned_abs();
                format!("{outcome} after {} (began {started:.0})", duration(took))
            }
            _ if running => {
                format!("running since {started:.0} as process {} on {}", session.pid, session.host)
            }
            _ => format!("killed (began {started:.0} as process {})", session.pid),
        }
    }

    /// Draws the tree of each run: tasks, how long they took, and what they left.
    pub fn tree(&self) -> String {
        self.runs.iter().map(|run| Node::of(run).draw()).collect::<Vec<_>>().join("\n")
    }
}

impl StepView {
    fn of(record: StepRecord) -> StepView {
        StepView {
            path: record.path.as_str().to_owned(),
            started: record.started,
            seconds: record.took.as_secs_f64(),
            session: record.session,
            artifacts: record.artifacts.into_iter().map(|artifact| artifact.name).collect(),
        }
    }
}

/// Writes a duration as people do, to two or three figures: `1h 5m`, `2.3s`, `14ms`, `80µs`.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds >= 60.0 {
        let whole = SignedDuration::from_secs(seconds.round() as i64);
        return format!("{whole:#}");
    }
    match seconds {
        s if s >= 1.0 => format!("{s:.1}s"),
        s if s >= 1e-3 => format!("{:.0}ms", s * 1e3),
        s => format!("{:.0}µs", s * 1e6),
    }
}
