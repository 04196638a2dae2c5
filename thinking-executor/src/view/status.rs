//! How each run stands.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thinking_dbs::Owner;

use super::{FailureView, SessionView, View, ViewError, WallClock, count, duration, seconds};
use crate::codec;
use crate::error::StoreError;
use crate::history::{FailureRecord, nanoseconds};
use crate::selector::Place;
use crate::storage::Space;

/// How the runs of a store stand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// The store's file.
    pub store: String,
    /// The process that is writing it, if one is.
    pub owner: Option<Owner>,
    /// Each run, in the order of their names.
    pub runs: Vec<RunStatus>,
}

/// How a run stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunStatus {
    /// The run's name.
    pub run: String,
    /// The name of its current branch.
    pub branch: String,
    /// How many branches it has.
    pub branches: u64,
    /// How many finished steps the current branch has.
    pub steps: u64,
    /// How long they took together, in seconds.
    pub seconds: f64,
    /// How many stages of the current branch are sealed.
    pub sealed: u64,
    /// The path of the last one.
    pub last: Option<String>,
    /// How many sessions worked on the run.
    pub sessions: u64,
    /// The last of them.
    pub session: Option<SessionView>,
    /// The attempt that failed at the place where the branch ends, if one did.
    pub failure: Option<FailureView>,
}

impl View {
    /// Tells how each run stands. Costs a look at each step of the current branches.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn status(&self) -> Result<Status, ViewError> {
        let branches = self.records.branches()?;
        let sessions = self.records.sessions()?;
        let mut runs = Vec::new();
        for place in self.current()? {
            let of_run = || sessions.iter().filter(|(_, session)| session.run == place.run);
            let (took, last) = self.work(&place)?;
            let failures = self.failures_on(&self.lineage(place.line)?)?;
            let here =
                |(_, failure): &&(u64, FailureRecord)| failure.position == place.positions.end;
            runs.push(RunStatus {
                branches: branches.iter().filter(|(_, b)| b.run == place.run).count() as u64,
                steps: place.positions.end,
                seconds: took,
                sealed: self.sealed(&place)?,
                last,
                sessions: of_run().count() as u64,
                session: of_run()
                    .next_back()
                    .map(|(serial, record)| self.session_view(*serial, record)),
                failure: failures.iter().rfind(here).map(|(_, failure)| FailureView::of(failure)),
                run: place.run,
                branch: place.branch,
            });
        }
        let store = self.path().display().to_string();
        Ok(Status { store, owner: self.owner().cloned(), runs })
    }

    /// Returns how many stages are sealed at a place, each as it ended last.
    fn sealed(&self, place: &Place) -> Result<u64, StoreError> {
        let seals = self.records.seals(&self.lineage(place.line)?, place.positions.end)?;
        let stages: BTreeSet<_> = seals.into_iter().map(|(_, seal)| seal.path).collect();
        Ok(stages.len() as u64)
    }

    /// Returns how long the steps at a place took, in seconds, and the path of the last one.
    pub(crate) fn work(&self, place: &Place) -> Result<(f64, Option<String>), StoreError> {
        let mut seconds = 0.0;
        let mut last = None;
        let lineage = self.lineage(place.line)?;
        for row in self.records.line(Space::Steps, &lineage, place.positions.start) {
            let (position, sealed) = row?;
            if position >= place.positions.end {
                break;
            }
            let work: Work<'_> = codec::open(&sealed)
                .map_err(|error| self.records.unreadable(&lineage, position, error))?;
            seconds += work.took.as_secs_f64();
            if position + 1 == place.positions.end {
                last = Some(work.path.to_owned());
            }
        }
        Ok((seconds, last))
    }
}

/// The part of a step's record that is added up, without a copy of its texts.
#[derive(Deserialize)]
struct Work<'a> {
    path: &'a str,
    #[serde(with = "nanoseconds")]
    took: Duration,
}

impl Status {
    /// Describes each run, a line per fact.
    pub fn text(&self, clock: &WallClock) -> String {
        let mut text = String::new();
        for run in &self.runs {
            if !text.is_empty() {
                text.push('\n');
            }
            let mut line = |name: &str, value: &str| {
                text.push_str(&format!("{name:<9} {value}\n"));
            };
            line("run", &run.run);
            let others = match run.branches {
                0 | 1 => String::new(),
                count => format!(", {} other", count - 1),
            };
            line("branch", &format!("{}{others}", run.branch));
            let sealed = match run.sealed {
                0 => String::new(),
                stages => format!(", {} sealed", count(stages, "stage")),
            };
            let work = seconds(run.seconds);
            line("steps", &format!("{} done, {work} of work{sealed}", run.steps));
            if let Some(last) = &run.last {
                line("last", last);
            }
            if let Some(session) = &run.session {
                line("session", &format!("{}, {}", session.session, describe(session, clock)));
                // The innermost stage lies in the others.
                let ending = session.record.ending.as_ref();
                if let Some(stage) = ending.and_then(|ending| ending.interrupted.last()) {
                    line("within", stage.as_str());
                }
            }
            if let Some(failure) = &run.failure {
                let of = failure.attempt_of().map_or(String::new(), |of| format!(" ({of})"));
                line("failed", &format!("{}: {}{of}", failure.path, failure.causes.join(": ")));
            }
            line("store", &self.store);
        }
        text
    }
}

fn describe(session: &SessionView, clock: &WallClock) -> String {
    let SessionView { record, is_running, .. } = session;
    let started = clock.describe(record.started);
    match (&record.outcome, record.ended) {
        (Some(outcome), Some(ended)) => {
            let took = ended.duration_since(record.started).unsigned_abs();
            format!("{outcome} after {}, began {started}", duration(took))
        }
        _ if *is_running => {
            format!("running since {started} as process {} on {}", record.pid, record.host)
        }
        _ => format!("killed, began {started} as process {}", record.pid),
    }
}
