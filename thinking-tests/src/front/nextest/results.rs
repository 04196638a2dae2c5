//! What cargo-nextest reports about the cases that it ran, read from its JUnit XML.

use std::time::Duration;

use quick_junit::{Report, TestCase, TestCaseStatus, TestRerun, XmlString};

use super::super::error::FrontError;
use super::super::panic_text;
use crate::report::{AttemptReport, CaseReport, Outcome};

/// The exit code of a test process in which a case failed.
const LIBTEST_FAILED: &str = "exit code 101";

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
    let (outcome, message, runs) = match &from.status {
        TestCaseStatus::Success { flaky_runs } => (Outcome::Passed, None, flaky_runs.as_slice()),
        TestCaseStatus::NonSuccess { message, ty, description, reruns, .. } => {
            let said = description.as_ref().or(message.as_ref());
            let (outcome, message) = judge(text(ty), said.map(XmlString::as_str), &stdout, stderr);
            (outcome, Some(message), reruns.runs.as_slice())
        }
        TestCaseStatus::Skipped { message, .. } => {
            (Outcome::Skipped, message.as_ref().map(|text| text.as_str().to_owned()), &[][..])
        }
    };
    let mut case = CaseReport::new(name, outcome);
    case.message = message;
    case.duration = from.time;
    case.earlier = runs.iter().map(|run| attempt(name, run)).collect();
    case.stdout = stdout;
    case.stderr = stderr.to_owned();
    case
}

fn attempt(name: &str, run: &TestRerun) -> AttemptReport {
    let stdout = own_output(name, text(&run.system_out));
    let stderr = text(&run.system_err);
    let said = run.description.as_ref().or(run.message.as_ref());
    let (outcome, message) = judge(text(&run.ty), said.map(XmlString::as_str), &stdout, stderr);
    AttemptReport {
        outcome,
        message: Some(message),
        output: [stdout.as_str(), stderr].concat(),
        duration: run.time.filter(|time| *time > Duration::ZERO),
    }
}

/// Decides what kind of failure it was and what to say about it.
fn judge(kind: &str, said: Option<&str>, stdout: &str, stderr: &str) -> (Outcome, String) {
    let said = said.filter(|said| !said.trim().is_empty()).unwrap_or(kind);
    if kind.contains("timeout") {
        return (Outcome::TimedOut, said.to_owned());
    }
    if kind.contains("abort") {
        let message = panic_text::message(stderr).map_or(String::new(), |text| format!("\n{text}"));
        return (Outcome::Aborted, format!("{said}{message}"));
    }
    if let Some((_, code)) = kind.split_once("with exit code ")
        && !kind.ends_with(LIBTEST_FAILED)
    {
        return (Outcome::Aborted, format!("the test ended its process with exit code {code}"));
    }
    let message = panic_text::message(stderr)
        .or_else(|| panic_text::message(stdout))
        .or_else(|| panic_text::message(said))
        .unwrap_or_else(|| said.to_owned());
    (panic_text::outcome(&message), message)
}

/// Removes what libtest prints around the output of a single case.
fn own_output(name: &str, stdout: &str) -> String {
    // The XML reader has removed the blank lines around it.
    let Some(output) = stdout.trim_start().strip_prefix("running 1 test") else {
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
