//! What an earlier run found, as a value and as a line of `history.jsonl`.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::model::{CaseReport, Counts, RunReport, SuiteReport};

/// The version of the lines that this version writes; it reads them up to this one, and of newer
/// ones what it knows.
const VERSION: u32 = 1;

/// How many names of cases a line holds at most, of those that failed and of those that are flaky.
const MAX_NAMES: usize = 1000;

/// Tells what an earlier run found; one line of `history.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastRun {
    /// When it began, in milliseconds since 1970 in UTC.
    pub started_ms: u64,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// How many cases passed, failed and were skipped.
    pub counts: Counts,
    /// Whether only some cases were asked for.
    #[serde(default)]
    pub partial: bool,
    /// The cases that failed, as `SUITE CASE`; the first 1,000.
    #[serde(default)]
    pub failed: Vec<String>,
    /// The cases that passed after they had failed, as `SUITE CASE`; the first 1,000.
    #[serde(default)]
    pub flaky: Vec<String>,
    /// The part of lines that was reached, in hundredths of a percent.
    #[serde(default)]
    pub covered: Option<u32>,
}

impl PastRun {
    /// Returns what later runs may know of `run`.
    ///
    /// `partial` says that only some cases were asked for.
    pub fn of(run: &RunReport, partial: bool) -> Self {
        let since = run.started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let hundredths = |percent: f64| (percent * 100.0).floor() as u32;
        Self {
            started_ms: since.as_millis().try_into().unwrap_or(u64::MAX),
            duration_us: micros(run.duration),
            counts: run.counts(),
            partial,
            failed: names(run, |case| case.outcome.is_failure()),
            flaky: names(run, CaseReport::is_flaky),
            covered: run.coverage.as_ref().map(|found| hundredths(found.totals.lines.percent())),
        }
    }

    /// Returns the line, without the line break.
    pub(crate) fn to_line(&self) -> String {
        let line = Line { version: VERSION, run: self };
        // Numbers and texts are always JSON.
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// What stands in a line of a history.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PastLine {
    Run(PastRun),
    /// A line of a newer version, of which nothing is understood.
    Newer,
    /// No line of a history, or only a part of one.
    Broken,
}

impl PastLine {
    /// Reads a line.
    pub(crate) fn parse(line: &str) -> Self {
        match (serde_json::from_str(line), serde_json::from_str(line)) {
            (Ok(Line { version: 1.., run }), _) => Self::Run(run),
            (_, Ok(Version { version })) if version > VERSION => Self::Newer,
            _ => Self::Broken,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Line<R> {
    version: u32,
    #[serde(flatten)]
    run: R,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

fn names(run: &RunReport, is_listed: impl Fn(&CaseReport) -> bool) -> Vec<String> {
    let listed = run.cases().filter(|(_, case)| is_listed(case));
    let names = listed.map(|(SuiteReport { name, .. }, case)| format!("{name} {}", case.name));
    names.take(MAX_NAMES).collect()
}

fn micros(duration: Duration) -> u64 {
    duration.as_micros().try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
