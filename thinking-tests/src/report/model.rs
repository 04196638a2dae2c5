//! The model: a run has suites, a suite has cases, a case has attempts.

use std::fmt;
use std::ops::AddAssign;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize, Serializer};

use super::coverage::CoverageReport;
use super::history::PastRun;
use crate::stage::Stage;

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// It did what it should.
    Passed,
    /// An assertion did not hold.
    Failed,
    /// Something else went wrong: another panic, an `Err`, a missing result.
    Error,
    /// It ended its process.
    Aborted,
    /// It took longer than it was allowed to.
    TimedOut,
    /// It was not run, or left itself out.
    Skipped,
}

impl Outcome {
    /// Every outcome, in the order of the variants.
    pub const ALL: [Self; 6] =
        [Self::Passed, Self::Failed, Self::Error, Self::Aborted, Self::TimedOut, Self::Skipped];

    /// Tells whether this outcome makes the run fail.
    pub fn is_failure(self) -> bool {
        !matches!(self, Self::Passed | Self::Skipped)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Aborted => "aborted",
            Self::TimedOut => "timed out",
            Self::Skipped => "skipped",
        })
    }
}

/// What kind of cases a suite holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SuiteKind {
    /// Cases inside a library, binary or example.
    Unit,
    /// Cases of a target under `tests/`.
    Integration,
    /// Examples in documentation.
    Doctest,
}

/// Where a case is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The source file as the compiler was given it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Tells everything that is known about one run.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct RunReport {
    /// What was tested: the workspace's directory name.
    pub title: String,
    /// The subtree that was asked for, if any.
    pub subtree: Option<String>,
    /// What else was asked for to choose among the cases, as on the command line: `--tag 'db'`,
    /// `--failed`, `--shard 2/5`.
    pub selection: Vec<String>,
    /// The profiles that were asked for, besides `test`.
    pub profiles: Vec<String>,
    /// What ran the cases, with its version.
    pub backend: String,
    /// When the run began.
    #[serde(rename = "started_ms", serialize_with = "unix_ms")]
    pub started: SystemTime,
    /// How long the run took on the clock.
    #[serde(rename = "duration_us", serialize_with = "micros")]
    pub duration: Duration,
    /// The test binaries and the packages' doctests.
    pub suites: Vec<SuiteReport>,
    /// Which lines the cases reached, if that was measured.
    pub coverage: Option<CoverageReport>,
    /// Earlier runs, from the oldest; this one is not among them.
    pub history: Vec<PastRun>,
}

impl RunReport {
    /// Creates the report of a run that took no time and had no suites.
    pub fn new(title: impl Into<String>, backend: impl Into<String>, started: SystemTime) -> Self {
        Self {
            title: title.into(),
            subtree: None,
            selection: Vec::new(),
            profiles: Vec::new(),
            backend: backend.into(),
            started,
            duration: Duration::ZERO,
            suites: Vec::new(),
            coverage: None,
            history: Vec::new(),
        }
    }

    /// Tells whether only some of the cases were asked for.
    pub fn is_partial(&self) -> bool {
        self.subtree.is_some() || !self.selection.is_empty()
    }

    /// Iterates over the cases with their suites.
    pub fn cases(&self) -> impl Iterator<Item = (&SuiteReport, &CaseReport)> {
        self.suites.iter().flat_map(|suite| suite.cases.iter().map(move |case| (suite, case)))
    }

    /// Counts the cases by what they mean for the run.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for suite in &self.suites {
            counts += suite.counts();
        }
        counts
    }
}

/// Tells about one test binary, or the doctests of one package.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct SuiteReport {
    /// The binary's name, unique in the run: `my-package`, `my-package::it`, `my-package (doc)`.
    pub name: String,
    /// The package it belongs to.
    pub package: String,
    /// What kind of cases it holds.
    pub kind: SuiteKind,
    /// The cases.
    pub cases: Vec<CaseReport>,
    /// Log lines that belong to none of the cases, as those of threads that they share.
    pub unattributed: Vec<LogLine>,
}

impl SuiteReport {
    /// Creates a suite without cases.
    pub fn new(name: impl Into<String>, package: impl Into<String>, kind: SuiteKind) -> Self {
        Self {
            name: name.into(),
            package: package.into(),
            kind,
            cases: Vec::new(),
            unattributed: Vec::new(),
        }
    }

    /// Counts the cases by what they mean for the run.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for case in &self.cases {
            counts.add(case.outcome);
        }
        counts
    }
}

/// Tells about one case: its last attempt, and the earlier ones.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct CaseReport {
    /// The path within the suite: `expression::parser::accepts_nothing`.
    pub name: String,
    /// The path of the module that holds it, without the crate: `expression::parser`.
    pub module: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What went wrong, or why it was skipped; may have several lines.
    pub message: Option<String>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error; a doctest's and libtest's output is not told apart and
    /// stands in `stdout`.
    pub stderr: String,
    /// How long it took, if the backend says so.
    #[serde(rename = "duration_us", serialize_with = "optional_micros")]
    pub duration: Option<Duration>,
    /// When it began, if known.
    #[serde(rename = "started_ms", serialize_with = "optional_unix_ms")]
    pub started: Option<SystemTime>,
    /// What ran it: a slot of cargo-nextest or a thread of libtest, if known.
    pub worker: Option<String>,
    /// What it is about, as it says itself.
    pub tags: Vec<String>,
    /// What it said about itself while it ran, in that order.
    pub details: Vec<Detail>,
    /// Its stages, in order; none if they are not known.
    pub stages: Vec<StageReport>,
    /// What it logged.
    pub logs: Vec<LogLine>,
    /// Where it is written, if known.
    pub location: Option<Location>,
    /// Where it panicked, if it did and its output says where.
    pub failed_at: Option<Location>,
    /// The attempts before the last one, which the other fields are about.
    pub earlier: Vec<AttemptReport>,
}

impl CaseReport {
    /// Creates the report of a case of which only name and outcome are known.
    ///
    /// The module is what stands before the last `::` of the name.
    pub fn new(name: impl Into<String>, outcome: Outcome) -> Self {
        let name = name.into();
        let module = name.rsplit_once("::").map_or("", |(module, _)| module);
        Self {
            module: module.to_owned(),
            name,
            outcome,
            message: None,
            stdout: String::new(),
            stderr: String::new(),
            duration: None,
            started: None,
            worker: None,
            tags: Vec::new(),
            details: Vec::new(),
            stages: Vec::new(),
            logs: Vec::new(),
            location: None,
            failed_at: None,
            earlier: Vec::new(),
        }
    }

    /// Returns the name without the module: that of the function, or of the row.
    pub fn name_in_module(&self) -> &str {
        let name = self.name.strip_prefix(&self.module).unwrap_or(&self.name);
        name.trim_start_matches("::")
    }

    /// Tells whether the case passed after it had failed.
    pub fn is_flaky(&self) -> bool {
        self.outcome == Outcome::Passed && !self.earlier.is_empty()
    }

    /// Returns how often the case was tried.
    pub fn attempts(&self) -> usize {
        self.earlier.len() + 1
    }
}

/// Tells about an attempt that was not the last one.
#[derive(Debug, Clone, Serialize)]
pub struct AttemptReport {
    /// How it ended.
    pub outcome: Outcome,
    /// What went wrong.
    pub message: Option<String>,
    /// What it wrote, standard output first.
    pub output: String,
    /// How long it took, if the backend says so.
    #[serde(rename = "duration_us", serialize_with = "optional_micros")]
    pub duration: Option<Duration>,
}

/// Tells about one stage of a case's last attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageReport {
    /// Which.
    pub stage: Stage,
    /// How it ended.
    pub outcome: Outcome,
    /// What went wrong in it.
    pub message: Option<String>,
    /// How long it took.
    #[serde(rename = "duration_us", serialize_with = "micros")]
    pub duration: Duration,
    /// What it wrote to standard output, if that could be told apart.
    pub stdout: String,
    /// What it wrote to standard error, if that could be told apart.
    pub stderr: String,
}

/// What a case said about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// What it is.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// A line that was logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// When, in milliseconds since 1970 in UTC.
    pub time_ms: u64,
    /// The stage that was running, if the line belongs to a case.
    pub stage: Option<Stage>,
    /// `ERROR`, `WARN`, `INFO`, `DEBUG` or `TRACE`.
    pub level: String,
    /// Where in the program it was logged.
    pub target: String,
    /// The spans around it, from the outermost.
    pub spans: String,
    /// What was logged, with its fields.
    pub message: String,
}

/// How many cases passed, failed and were skipped; every case counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Cases that passed.
    pub passed: usize,
    /// Cases that failed, in whichever way.
    pub failed: usize,
    /// Cases that were skipped.
    pub skipped: usize,
}

impl Counts {
    /// Counts one more case.
    pub fn add(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Passed => &mut self.passed,
            Outcome::Skipped => &mut self.skipped,
            _ => &mut self.failed,
        } += 1;
    }

    /// Returns the number of cases.
    pub fn total(self) -> usize {
        self.passed + self.failed + self.skipped
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    /// Writes the last line of a run: `3 passed, 0 failed, 1 skipped`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

fn micros<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
}

fn optional_micros<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => micros(duration, serializer),
        None => serializer.serialize_none(),
    }
}

fn optional_unix_ms<S: Serializer>(
    time: &Option<SystemTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => unix_ms(time, serializer),
        None => serializer.serialize_none(),
    }
}

fn unix_ms<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    serializer.serialize_u64(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
