//! The data island: the report as JSON, in the form that the page's script reads.
//!
//! It stands in `<script type="application/json" id="data">` with each `<` as `\u003c`, and other
//! programs may read it, too. What is empty or not known is left out:
//!
//! ```json
//! {
//!   "version": 1,
//!   "run": {"title": "demo", "subtree": "a::b", "profiles": ["ci"], "backend": "cargo-nextest 0.9",
//!           "started_ms": 1700000000000, "duration_us": 1200,
//!           "counts": {"passed": 1, "failed": 0, "skipped": 0}},
//!   "suites": [{"name": "demo::it", "package": "demo", "kind": "integration",
//!     "cases": [{"name": "a::b::fine", "outcome": "passed", "duration_us": 900, "started_us": 12,
//!       "worker": "3", "tags": ["db"], "details": [["seed", "7"]],
//!       "stages": [{"stage": "setup", "duration_us": 12}, {"stage": "run", "outcome": "failed",
//!         "message": "…", "duration_us": 800, "stdout": "…", "stderr": "…"}],
//!       "logs": [{"ms": 3, "level": "INFO", "target": "a::b", "stage": "run", "spans": "s",
//!         "message": "hello"}],
//!       "message": "…", "stdout": "…", "stderr": "…",
//!       "location": "tests/it/a/b.rs:7", "failed_at": "src/lib.rs:9",
//!       "earlier": [{"outcome": "failed", "message": "…", "output": "…", "duration_us": 5}]}],
//!     "unattributed": [{"ms": 4, "level": "WARN", "target": "pool", "message": "…"}]}],
//!   "coverage": {"totals": {"lines": {"covered": 1, "total": 2}, "functions": …, "regions": …},
//!     "files": [{"path": "src/lib.rs", "source": "…", "counts": …,
//!       "lines": [7, 1, 9, 0], "cases": [[0, 0, 7, 8, 12, 12]]}]},
//!   "history": [{"started_ms": 1690000000000, "duration_us": 1100, "counts": …, "partial": false,
//!     "failed": [], "flaky": ["demo::it a::b::fine"], "covered": 5000}]
//! }
//! ```
//!
//! - Outcomes are `passed`, `failed`, `error`, `aborted`, `timed-out` and `skipped`; a stage without
//!   one passed. A case is flaky if it passed and has `earlier` attempts.
//! - `module` stands in a case only if it is not what precedes the last `::` of the name.
//! - `started_us` and `ms` count from the beginning of the run.
//! - A file's `lines` are pairs of a line and how often it was reached. An entry of its `cases` is
//!   the suite's and the case's index, then pairs of a first and a last line.
//! - Names and messages are plain; outputs keep the codes of a terminal, which the page turns into
//!   colours.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::report::coverage::{CoverageCounts, CoverageReport, FileCoverage};
use crate::report::history::PastRun;
use crate::report::model::{
    AttemptReport, CaseReport, Counts, Location, LogLine, Outcome, RunReport, StageReport,
    SuiteKind, SuiteReport,
};
use crate::report::sanitize::plain;
use crate::stage::Stage;

/// The form of the data; it grows when a reader of the last one could go wrong.
const VERSION: u32 = 1;

/// What the page's script reads.
#[derive(Serialize)]
pub(super) struct Island<'a> {
    version: u32,
    run: Run<'a>,
    suites: Vec<Suite<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Coverage<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    history: &'a [PastRun],
}

impl<'a> Island<'a> {
    /// Borrows what it can from `run`.
    pub(super) fn new(run: &'a RunReport) -> Self {
        Self {
            version: VERSION,
            run: Run {
                title: plain_part(&run.title),
                subtree: run.subtree.as_deref().map(plain_part),
                profiles: &run.profiles,
                backend: plain_part(&run.backend),
                started_ms: unix_ms(run.started),
                duration_us: micros(run.duration),
                counts: run.counts(),
            },
            suites: run.suites.iter().map(|suite| Suite::new(suite, run.started)).collect(),
            coverage: run.coverage.as_ref().map(|coverage| Coverage::new(coverage, run)),
            history: &run.history,
        }
    }
}

#[derive(Serialize)]
struct Run<'a> {
    title: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtree: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    profiles: &'a [String],
    backend: Cow<'a, str>,
    started_ms: u64,
    duration_us: u64,
    counts: Counts,
}

#[derive(Serialize)]
struct Suite<'a> {
    name: Cow<'a, str>,
    package: Cow<'a, str>,
    kind: SuiteKind,
    cases: Vec<Case<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unattributed: Vec<Log<'a>>,
}

impl<'a> Suite<'a> {
    fn new(suite: &'a SuiteReport, start: SystemTime) -> Self {
        Self {
            name: plain_part(&suite.name),
            package: plain_part(&suite.package),
            kind: suite.kind,
            cases: suite.cases.iter().map(|case| Case::new(case, start)).collect(),
            unattributed: logs(&suite.unattributed, start),
        }
    }
}

#[derive(Serialize)]
struct Case<'a> {
    name: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<Cow<'a, str>>,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    stdout: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    stderr: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    worker: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stages: Vec<StagePart<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logs: Vec<Log<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_at: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<Attempt<'a>>,
}

impl<'a> Case<'a> {
    fn new(case: &'a CaseReport, start: SystemTime) -> Self {
        let derived = case.name.rsplit_once("::").map_or("", |(module, _)| module);
        Self {
            name: plain_part(&case.name),
            module: (case.module != derived).then(|| plain_part(&case.module)),
            outcome: case.outcome,
            message: case.message.as_deref().map(plain_part),
            stdout: &case.stdout,
            stderr: &case.stderr,
            duration_us: case.duration.map(micros),
            started_us: case
                .started
                .map(|time| micros(time.duration_since(start).unwrap_or_default())),
            worker: case.worker.as_deref().map(plain_part),
            tags: case.tags.iter().map(|tag| plain_part(tag)).collect(),
            details: case
                .details
                .iter()
                .map(|detail| (plain_part(&detail.key), plain_part(&detail.value)))
                .collect(),
            stages: case.stages.iter().map(StagePart::new).collect(),
            logs: logs(&case.logs, start),
            location: case.location.as_ref().map(place),
            failed_at: case.failed_at.as_ref().map(place),
            earlier: case.earlier.iter().map(Attempt::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct StagePart<'a> {
    stage: Stage,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'a, str>>,
    duration_us: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    stdout: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    stderr: &'a str,
}

impl<'a> StagePart<'a> {
    fn new(stage: &'a StageReport) -> Self {
        Self {
            stage: stage.stage,
            outcome: (stage.outcome != Outcome::Passed).then_some(stage.outcome),
            message: stage.message.as_deref().map(plain_part),
            duration_us: micros(stage.duration),
            stdout: &stage.stdout,
            stderr: &stage.stderr,
        }
    }
}

#[derive(Serialize)]
struct Attempt<'a> {
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    output: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_us: Option<u64>,
}

impl<'a> Attempt<'a> {
    fn new(attempt: &'a AttemptReport) -> Self {
        Self {
            outcome: attempt.outcome,
            message: attempt.message.as_deref().map(plain_part),
            output: &attempt.output,
            duration_us: attempt.duration.map(micros),
        }
    }
}

#[derive(Serialize)]
struct Log<'a> {
    ms: i64,
    level: &'a str,
    target: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<Stage>,
    #[serde(skip_serializing_if = "str::is_empty")]
    spans: Cow<'a, str>,
    message: &'a str,
}

fn logs(lines: &[LogLine], start: SystemTime) -> Vec<Log<'_>> {
    let start = unix_ms(start);
    let logs = lines.iter().map(|line| Log {
        ms: line.time_ms.wrapping_sub(start).cast_signed(),
        level: &line.level,
        target: plain_part(&line.target),
        stage: line.stage,
        spans: plain_part(&line.spans),
        message: &line.message,
    });
    logs.collect()
}

#[derive(Serialize)]
struct Coverage<'a> {
    totals: CoverageCounts,
    files: Vec<SourceFile<'a>>,
}

impl<'a> Coverage<'a> {
    fn new(coverage: &'a CoverageReport, run: &'a RunReport) -> Self {
        let mut places = HashMap::new();
        for (suite_index, suite) in run.suites.iter().enumerate() {
            for (index, case) in suite.cases.iter().enumerate() {
                places.insert((suite.name.as_str(), case.name.as_str()), (suite_index, index));
            }
        }
        Self {
            totals: coverage.totals,
            files: coverage.files.iter().map(|file| SourceFile::new(file, &places)).collect(),
        }
    }
}

#[derive(Serialize)]
struct SourceFile<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    counts: CoverageCounts,
    lines: Vec<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cases: Vec<Vec<usize>>,
}

impl<'a> SourceFile<'a> {
    fn new(file: &'a FileCoverage, places: &HashMap<(&str, &str), (usize, usize)>) -> Self {
        let cases = file.cases.iter().filter_map(|case| {
            let (suite, index) = places.get(&(case.suite.as_str(), case.case.as_str()))?;
            let lines =
                case.lines.iter().flat_map(|(first, last)| [*first as usize, *last as usize]);
            Some([*suite, *index].into_iter().chain(lines).collect())
        });
        Self {
            path: &file.path,
            source: file.source.as_deref(),
            counts: file.counts,
            lines: file.lines.iter().flat_map(|(line, count)| [u64::from(*line), *count]).collect(),
            cases: cases.collect(),
        }
    }
}

/// Removes what only a terminal understands, without a copy where there is nothing to remove.
fn plain_part(text: &str) -> Cow<'_, str> {
    let is_plain = |character: char| !character.is_control() || "\n\t".contains(character);
    if text.chars().all(is_plain) { Cow::Borrowed(text) } else { Cow::Owned(plain(text)) }
}

fn place(location: &Location) -> String {
    plain_part(&location.to_string()).into_owned()
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn unix_ms(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
