//! JUnit XML, for everything that reads test results.

use std::time::{Duration, SystemTime};

use junit_report::{OffsetDateTime, Report, TestCase, TestCaseBuilder, TestSuite};
use thiserror::Error;

use super::model::{CaseReport, Outcome, RunReport, SuiteReport};
use super::sanitize::{one_line, xml};

/// Why no JUnit XML came of a report.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JunitError {
    /// The XML writer failed.
    #[error("the test report cannot be written as JUnit XML")]
    Xml(#[from] junit_report::Error),
}

/// Renders `run` as JUnit XML.
///
/// A suite is a test binary, `classname` is crate and module joined by dots, `name` is the case.
/// The result is well-formed whatever the cases printed.
///
/// # Errors
///
/// [`JunitError::Xml`] if the XML writer fails, which it does not do in memory.
pub fn junit(run: &RunReport) -> Result<Vec<u8>, JunitError> {
    let mut report = Report::new();
    for suite in &run.suites {
        let mut rendered = TestSuite::new(&xml(&suite.name));
        rendered.package = xml(&suite.package);
        rendered.set_timestamp(timestamp(run.started));
        rendered.add_testcases(suite.cases.iter().map(|case| test_case(suite, case)));
        report.add_testsuite(rendered);
    }
    let mut text = Vec::new();
    report.write_xml(&mut text)?;
    Ok(text)
}

fn test_case(suite: &SuiteReport, case: &CaseReport) -> TestCase {
    let name = case.name.strip_prefix(&case.module).unwrap_or(&case.name);
    let name = xml(name.trim_start_matches("::"));
    let message = case.message.as_deref().unwrap_or_default();
    let line = xml(&one_line(message));
    let time = milliseconds(case.duration.unwrap_or_default());
    let kind = case.outcome.to_string();
    let mut builder = match case.outcome {
        Outcome::Passed => TestCaseBuilder::success(&name, time),
        Outcome::Skipped if message.is_empty() => TestCaseBuilder::skipped(&name),
        Outcome::Skipped => TestCaseBuilder::skipped_with_cause(&name, &kind, &line),
        Outcome::Failed => TestCaseBuilder::failure(&name, time, &kind, &line),
        Outcome::Error | Outcome::Aborted | Outcome::TimedOut => {
            TestCaseBuilder::error(&name, time, &kind, &line)
        }
    };
    if !message.is_empty() {
        builder.set_trace(&xml(message));
    }
    builder.set_classname(&class_name(suite, case));
    if let Some(location) = case.location.as_ref().or(case.failed_at.as_ref()) {
        builder.set_filepath(&xml(&location.file));
    }
    if !case.stdout.is_empty() {
        builder.set_system_out(&xml(&case.stdout));
    }
    if !case.stderr.is_empty() {
        builder.set_system_err(&xml(&case.stderr));
    }
    // Taken out rather than built, which would copy all the output.
    builder.testcase
}

fn class_name(suite: &SuiteReport, case: &CaseReport) -> String {
    let parts = suite.name.split("::").chain(case.module.split("::"));
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    xml(&parts.join("."))
}

/// Rounds to milliseconds: readers refuse exponents and more than three places.
fn milliseconds(duration: Duration) -> junit_report::Duration {
    let milliseconds = (duration.as_micros() + 500) / 1000;
    junit_report::Duration::milliseconds(i64::try_from(milliseconds).unwrap_or(i64::MAX))
}

/// Whole seconds in UTC: the XML writer panics beyond the year 9999, and some readers refuse
/// fractions.
fn timestamp(time: SystemTime) -> OffsetDateTime {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests;
