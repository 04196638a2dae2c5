//! One execution of a case, as its process recorded it.

use std::time::Duration;

use crate::report::{Detail, LogLine};
use crate::sidecar::Event;
use crate::stage::{Ending, Stage};

/// One execution of a case.
#[derive(Debug)]
pub(super) struct Execution {
    pub(super) attempt: u32,
    pub(super) started_ms: u64,
    pub(super) stages: Vec<(Stage, Duration, Ending)>,
    pub(super) logs: Vec<LogLine>,
    pub(super) details: Vec<Detail>,
    /// Nothing if the process ended first.
    pub(super) end: Option<(Duration, Ending)>,
}

impl Execution {
    pub(super) fn new(attempt: u32, started_ms: u64) -> Self {
        let (stages, logs, details) = (Vec::new(), Vec::new(), Vec::new());
        Self { attempt, started_ms, stages, logs, details, end: None }
    }

    /// Returns the stage that it is in: the one behind those that have ended.
    pub(super) fn stage(&self) -> Stage {
        *Stage::ALL.get(self.stages.len()).unwrap_or(&Stage::Teardown)
    }

    /// Adds the next event of the case.
    pub(super) fn add(&mut self, time_ms: u64, event: Event) {
        match event {
            // What is left over belongs to no case.
            Event::Start { .. } | Event::Leftover { .. } => {}
            Event::Stage { stage, duration_us, ending } => {
                self.stages.push((stage, Duration::from_micros(duration_us), ending));
            }
            Event::Log { stage, level, target, spans, message } => {
                self.logs.push(LogLine { time_ms, stage, level, target, spans, message });
            }
            Event::Detail { key, value } => self.details.push(Detail { key, value }),
            Event::End { duration_us, ending } => {
                self.end = Some((Duration::from_micros(duration_us), ending));
            }
        }
    }
}
