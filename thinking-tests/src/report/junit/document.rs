//! What all dialects of JUnit XML share, rendered by `junit-report`.

use std::time::{Duration, SystemTime};

use junit_report::{OffsetDateTime, Report, TestCase, TestCaseBuilder, TestSuite};

use super::dialect::Dialect;
use super::pass::CDATA_BREAK;
use crate::report::model::{CaseReport, LogLine, Outcome, RunReport, SuiteReport};
use crate::report::sanitize::{one_line, xml};

/// Renders `suites` of `run`; each suite and case becomes one element, in their order.
pub(super) fn render(
    run: &RunReport,
    suites: &[&SuiteReport],
    dialect: Dialect,
) -> Result<Vec<u8>, junit_report::Error> {
    let mut report = Report::new();
    for suite in suites {
        let mut rendered = TestSuite::new(&xml(&suite.name));
        rendered.package = xml(&suite.package);
        rendered.set_timestamp(timestamp(run.started));
        rendered.add_testcases(suite.cases.iter().map(|case| test_case(suite, case, dialect)));
        // Surefire's schema has no output of a suite.
        if !suite.unattributed.is_empty() && dialect != Dialect::Surefire {
            rendered.set_system_err(&cdata(&log_text(&suite.unattributed)));
        }
        report.add_testsuite(rendered);
    }
    let mut text = Vec::new();
    report.write_xml(&mut text)?;
    Ok(text)
}

/// Returns `text` as it may stand in a CDATA section, once that is broken in two where needed.
pub(super) fn cdata(text: &str) -> String {
    xml(text).replace("]]>", &format!("]]{CDATA_BREAK}>"))
}

fn test_case(suite: &SuiteReport, case: &CaseReport, dialect: Dialect) -> TestCase {
    let name = xml(case.name_in_module());
    let message = case.message.as_deref().unwrap_or_default();
    let line = xml(&one_line(message));
    // The pass writes the times, for the writer behind this gives some of them 17 digits.
    let time = junit_report::Duration::ZERO;
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
        builder.set_trace(&cdata(message));
    }
    builder.set_classname(&class_name(suite, case));
    if dialect == Dialect::Extended
        && let Some(location) = case.location.as_ref().or(case.failed_at.as_ref())
    {
        builder.set_filepath(&xml(&location.file));
    }
    if !case.stdout.is_empty() {
        builder.set_system_out(&cdata(&case.stdout));
    }
    let stderr = error_output(case);
    if !stderr.is_empty() {
        builder.set_system_err(&cdata(&stderr));
    }
    // Taken out rather than built, which would copy all the output.
    builder.testcase
}

fn class_name(suite: &SuiteReport, case: &CaseReport) -> String {
    let parts = suite.name.split("::").chain(case.module.split("::"));
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    xml(&parts.join("."))
}

/// What the case wrote, and below it what it logged: the format has no place for a log.
fn error_output(case: &CaseReport) -> std::borrow::Cow<'_, str> {
    if case.logs.is_empty() {
        return case.stderr.as_str().into();
    }
    let gap = if case.stderr.is_empty() || case.stderr.ends_with('\n') { "" } else { "\n" };
    format!("{}{gap}---- log ----\n{}", case.stderr, log_text(&case.logs)).into()
}

fn log_text(lines: &[LogLine]) -> String {
    let lines = lines.iter().map(|line| {
        let LogLine { level, target, spans, message, .. } = line;
        let gap = if spans.is_empty() { "" } else { " " };
        format!("{level} {target}{gap}{spans}: {message}\n")
    });
    lines.collect()
}

/// Whole seconds in UTC: the XML writer panics beyond the year 9999, and some readers refuse
/// fractions.
fn timestamp(time: SystemTime) -> OffsetDateTime {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .map(|since: Duration| since.as_secs())
        .and_then(|seconds| i64::try_from(seconds).ok())
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
