//! What cargo-nextest reports about the cases that it ran, read from its JUnit XML.

use std::time::{Duration, SystemTime};

use quick_junit::{Report, TestCase, TestCaseStatus, TestRerun, XmlString};

use super::super::error::FrontError;
use super::super::panic_text::{self, ended_with_code};
use crate::report::{AttemptReport, CaseReport, Outcome};

/// The exit code of a test process in which a case failed.
const LIBTEST_FAILED: &str = "exit code 101";

/// How libtest begins in a process for one case.
const ONE_TEST: &str = "running 1 test";

/// The cases of one binary.
#[derive(Debug)]
pub(super) struct Suite {
    pub(super) binary_id: String,
    pub(super) cases: Vec<CaseReport>,
}

/// Reads cargo-nextest's JUnit XML.
pub(super) fn parse(xml: &str) -> Result<Vec<Suite>, FrontError> {
    let report = Report::deserialize_from_str(xml)
        .map_err(|source| FrontError::answer("cargo nextest run", source))?;
    let suites = report.test_suites.into_iter().map(|suite| Suite {
        binary_id: suite.name.into_string(),
        cases: suite.test_cases.iter().map(case).collect(),
    });
    Ok(suites.collect())
}

fn case(from: &TestCase) -> CaseReport {
    let name = from.name.as_str();
    let stdout = own_output(name, text(&from.system_out));
    let stderr = text(&from.system_err);
    let mut case = CaseReport::new(name, Outcome::Passed);
    case.duration = from.time;
    case.started = from.timestamp.map(SystemTime::from);
    match &from.status {
        TestCaseStatus::Success { flaky_runs } => {
            case.earlier = flaky_runs.iter().map(|run| Attempt::of(name, run).report()).collect();
            if ended_early(text(&from.system_out)) {
                case.outcome = Outcome::Aborted;
                case.message = Some(ended_with_code("0"));
            }
        }
        TestCaseStatus::NonSuccess { message, ty, description, reruns, .. } => {
            let said = description.as_ref().or(message.as_ref());
            let (outcome, message) = judge(
                name,
                text(ty),
                text(&from.system_out),
                said.map(XmlString::as_str),
                &stdout,
                stderr,
            );
            let (outcome, message) = (outcome, Some(message));
            if let Some((last, between)) = reruns.runs.split_last() {
                // Of a case that failed at the end, the first attempt is the one that stands for
                // it there, and the others follow.
                let (stderr, duration) = (stderr.to_owned(), case.duration);
                let first = Attempt { outcome, message, stdout, stderr, duration, started: None };
                let between = between.iter().map(|run| Attempt::of(name, run));
                case.earlier = std::iter::once(first).chain(between).map(Attempt::report).collect();
                let last = Attempt::of(name, last);
                case.outcome = last.outcome;
                case.message = last.message;
                case.stdout = last.stdout;
                case.stderr = last.stderr;
                case.duration = last.duration;
                case.started = last.started;
                return case;
            }
            (case.outcome, case.message) = (outcome, message);
        }
        TestCaseStatus::Skipped { message, .. } => {
            case.outcome = Outcome::Skipped;
            case.message = message.as_ref().map(|text| text.as_str().to_owned());
        }
    }
    case.stdout = stdout;
    case.stderr = stderr.to_owned();
    case
}

/// One of several attempts at a case.
struct Attempt {
    outcome: Outcome,
    message: Option<String>,
    stdout: String,
    stderr: String,
    duration: Option<Duration>,
    started: Option<SystemTime>,
}

impl Attempt {
    fn of(name: &str, run: &TestRerun) -> Self {
        let stdout = own_output(name, text(&run.system_out));
        let stderr = text(&run.system_err);
        let said = run.description.as_ref().or(run.message.as_ref());
        let (outcome, message) = judge(
            name,
            text(&run.ty),
            text(&run.system_out),
            said.map(XmlString::as_str),
            &stdout,
            stderr,
        );
        Self {
            outcome,
            message: Some(message),
            stdout,
            stderr: stderr.to_owned(),
            duration: run.time,
            started: run.timestamp.map(SystemTime::from),
        }
    }

    fn report(self) -> AttemptReport {
        AttemptReport {
            outcome: self.outcome,
            message: self.message,
            output: [self.stdout, self.stderr].concat(),
            duration: self.duration.filter(|time| *time > Duration::ZERO),
        }
    }
}

/// Tells whether libtest did not come to its end, although its process succeeded: the case ended
/// it.
fn ended_early(stdout: &str) -> bool {
    stdout.trim_start().starts_with(ONE_TEST) && !stdout.contains("\ntest result: ")
}

/// Decides what kind of failure it was and what to say about it. `printed` is the whole output of
/// which `stdout` is the case's own.
fn judge(
    name: &str,
    kind: &str,
    printed: &str,
    said: Option<&str>,
    stdout: &str,
    stderr: &str,
) -> (Outcome, String) {
    let said = said.filter(|said| !said.trim().is_empty()).unwrap_or(kind);
    if kind.contains("timeout") {
        return (Outcome::TimedOut, said.to_owned());
    }
    if kind.contains("abort") {
        let message =
            panic_text::message(stderr, name).map_or(String::new(), |text| format!("\n{text}"));
        return (Outcome::Aborted, format!("{said}{message}"));
    }
    if let Some((_, code)) = kind.split_once("with exit code ")
        && (ended_early(printed) || !kind.ends_with(LIBTEST_FAILED))
    {
        return (Outcome::Aborted, ended_with_code(code));
    }
    let message = panic_text::wrong_panic(printed)
        .or_else(|| panic_text::message(stderr, name))
        .or_else(|| panic_text::message(stdout, name))
        .or_else(|| panic_text::message(said, name))
        .unwrap_or_else(|| said.to_owned());
    (panic_text::outcome(&message), message)
}

/// Removes what libtest prints around the output of a single case.
fn own_output(name: &str, stdout: &str) -> String {
    // The XML reader has removed the blank lines around it.
    let Some(output) = stdout.trim_start().strip_prefix(ONE_TEST) else {
        return stdout.to_owned();
    };
    let output = output.trim_start_matches('\n');
    let verdict = format!("test {name}");
    let end = output
        .rfind("\ntest result: ")
        .and_then(|end| output[..end].rfind(&verdict))
        .unwrap_or(output.len());
    output[..end].to_owned()
}

fn text(xml: &Option<XmlString>) -> &str {
    xml.as_ref().map(XmlString::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
