//! The model and the JUnit XML, in the dialect that is the default.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, XmlString};

use super::expected::{Expected, plain};

pub(super) fn check(xml: &str, cases: &[Expected], backend: &str) {
    assert!(!xml.contains('\u{1b}'), "{backend}: a code of a terminal");
    let report = Report::deserialize_from_str(xml).unwrap();
    let is = |wanted: &[&str]| cases.iter().filter(|case| wanted.contains(&case.outcome)).count();
    let errors = is(&["error", "aborted", "timed-out"]);
    assert_eq!(
        (report.tests, report.failures, report.errors),
        (cases.len(), is(&["failed"]), errors)
    );

    let mut told = BTreeMap::new();
    for suite in &report.test_suites {
        for case in &suite.test_cases {
            let class = case.classname.as_ref().map(XmlString::as_str).unwrap_or_default();
            let id = format!("{} {class} {}", suite.name.as_str(), case.name.as_str());
            assert!(told.insert(id, case).is_none(), "twice: {case:?}");
        }
    }
    for case in cases {
        let told =
            told.remove(&id(case)).unwrap_or_else(|| panic!("{backend}: {} in {xml}", id(case)));
        check_case(told, case, backend).unwrap_or_else(|what| {
            panic!("{backend}: {what} of {}, expected {case:#?}, told {told:#?}", case.id())
        });
    }
    assert!(told.is_empty(), "{backend}: {told:#?}");
}

/// Suite, class and name, as this format has them.
fn id(case: &Expected) -> String {
    let class = case.suite.replace("::", ".");
    match case.name.rsplit_once("::").filter(|_| !case.is_leftover) {
        Some((module, name)) => {
            format!("{} {class}.{} {name}", case.suite, module.replace("::", "."))
        }
        None => format!("{} {class} {}", case.suite, case.name),
    }
}

/// Says what is not as expected.
fn check_case(told: &TestCase, case: &Expected, backend: &str) -> Result<(), &'static str> {
    let same = |is_same: bool, what| if is_same { Ok(()) } else { Err(what) };
    let expected = case.message(backend);
    let (outcome, message, earlier) = match &told.status {
        TestCaseStatus::Success { flaky_runs } => ("passed", "", flaky_runs.len()),
        TestCaseStatus::Skipped { message, .. } => ("skipped", text(message), 0),
        TestCaseStatus::NonSuccess { kind, message, ty, reruns, .. } => {
            let outcome = match (kind, text(ty)) {
                (NonSuccessKind::Failure, "failed") => "failed",
                (NonSuccessKind::Error, "timed out") => "timed-out",
                (NonSuccessKind::Error, other) => other,
                _ => "a failure of another type",
            };
            (outcome, text(message), reruns.runs.len())
        }
    };
    same(outcome == case.outcome, "the outcome")?;
    same(message.contains(&plain(expected)), "the message")?;
    same(message.is_empty() == expected.is_empty(), "whether there is a message")?;
    same(earlier + 1 == case.attempts, "the attempts")?;

    let properties: Vec<_> =
        told.properties.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
    let has = |key: &str, value: &str| properties.contains(&(key, value));
    same(case.tags.iter().all(|tag| has("tag", tag)), "the tags")?;
    same(case.details.iter().all(|(key, value)| has(key, value)), "the details")?;
    let group = told.extra.get("group").map(XmlString::as_str).unwrap_or_default();
    same(group == case.tags.join(","), "the group")?;

    let output = format!("{}{}", text(&told.system_out), text(&told.system_err));
    same(case.prints.iter().all(|printed| output.contains(plain(printed).trim())), "the output")?;
    let is_logged = |[level, _, _, message]: &[&str; 4]| {
        output.lines().any(|line| line.starts_with(level) && line.contains(message))
    };
    same(case.logs.iter().all(is_logged), "the log")
}

fn text(xml: &Option<XmlString>) -> &str {
    xml.as_ref().map(XmlString::as_str).unwrap_or_default()
}
