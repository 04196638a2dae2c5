//! The HTML report of a run whose every text tries to get out of its place.

use std::time::{Duration, SystemTime};

use thinking_tests::Stage;
use thinking_tests::report::{
    AttemptReport, CaseReport, CoverageReport, Detail, FileCoverage, Location, LogLine, Outcome,
    RunReport, StageReport, SuiteKind, SuiteReport, html,
};

use super::browser::Browser;
use super::page::{assert_fits, assert_quiet};

/// What would change the page if any of it were taken for markup.
const HOSTILE: &str = "</script><img src=x onerror=\"document.title='owned'\">\
    <svg onload=document.title='owned'>\u{1b}[31m&amp;\u{202e}${title}";

#[test]
fn hostile_texts_are_shown_as_texts() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let mut run = RunReport::new(HOSTILE, HOSTILE, SystemTime::UNIX_EPOCH);
    run.subtree = Some(HOSTILE.to_owned());
    let mut suite = SuiteReport::new(HOSTILE, HOSTILE, SuiteKind::Unit);
    suite.cases = vec![hostile_case(), CaseReport::new("fine", Outcome::Passed)];
    suite.cases.push(CaseReport::new("a_long_name_".repeat(60), Outcome::Failed));
    suite.unattributed = vec![hostile_log()];
    run.suites.push(suite);
    let mut file = FileCoverage::default();
    file.path = HOSTILE.to_owned();
    file.source = Some(format!("fn f() {{}}\n// {HOSTILE}\n"));
    file.lines = vec![(1, 1)];
    let mut coverage = CoverageReport::default();
    coverage.files = vec![file];
    run.coverage = Some(coverage);
    let past = serde_json::json!({
        "started_ms": 1, "duration_us": 1, "counts": {"passed": 1, "failed": 1, "skipped": 0},
        "failed": [HOSTILE], "flaky": [format!("{HOSTILE} {HOSTILE}::b")],
    });
    run.history = vec![serde_json::from_value(past).unwrap()];
    let page = html(&run).unwrap();

    for width in [1360, 360] {
        browser.resize(width, 800);
        browser.open(&page, "");
        for hash in ["", "#tab=slowest", "#tab=timeline", "#tab=history", "#tab=coverage"] {
            browser.follow(hash);
            assert_untouched(&mut browser);
            assert_fits(&mut browser);
        }
        browser.open(&page, "");
        browser.click(".row.case");
        browser.truth("document.querySelector('.case-title')");
        browser.picture(&format!("hostile-{width}"));
        assert_fits(&mut browser);
        let detail = browser.text("#detail");
        let markup = "<img src=x onerror=\"document.title='owned'\">";
        assert!(detail.matches(markup).count() >= 10, "{detail}");
        assert_untouched(&mut browser);
        browser.open(&page, "#case=%3Cimg src=x onerror=document.title='owned'%3E");
        browser.truth("document.getElementById('detail').innerText.includes('<img src=x')");
        assert_untouched(&mut browser);
    }
    // Should a script get into the page all the same, the policy refuses it, and every address.
    assert_quiet(&mut browser);
    browser.eval(
        "document.body.append(Object.assign(document.createElement('script'), \
         { textContent: 'document.title = \"owned\"' }))",
    );
    browser.eval(
        "document.body.append(Object.assign(document.createElement('img'), \
         { src: 'report-beside.png' }))",
    );
    browser.truth("document.title.startsWith('2 failed')");
    let refused = browser.complaints().join("\n");
    assert_eq!(refused.matches("Content Security Policy").count(), 2, "{refused}");
}

fn assert_untouched(browser: &mut Browser) {
    browser.truth(
        "document.title.startsWith('2 failed') && !document.querySelector('img, svg[onload]') \
         && document.scripts.length === 2",
    );
}

fn hostile_case() -> CaseReport {
    let mut case = CaseReport::new(format!("{HOSTILE}::b"), Outcome::Failed);
    let text = || HOSTILE.to_owned();
    case.message =
        Some(format!("assertion {HOSTILE}\n  left: \"{HOSTILE}\\n1\"\n right: \"{HOSTILE}\\n2\""));
    case.stdout = text();
    case.stderr = text();
    case.worker = Some(text());
    case.tags = vec![text()];
    case.details = vec![Detail { key: text(), value: text() }];
    case.logs = vec![hostile_log()];
    case.location = Some(Location { file: text(), line: 1 });
    case.failed_at = Some(Location { file: text(), line: 2 });
    case.duration = Some(Duration::from_millis(3));
    case.started = Some(SystemTime::UNIX_EPOCH);
    case.stages = vec![StageReport {
        stage: Stage::Run,
        outcome: Outcome::Failed,
        message: Some(text()),
        duration: Duration::from_millis(3),
        stdout: text(),
        stderr: text(),
    }];
    case.earlier = vec![AttemptReport {
        outcome: Outcome::Error,
        message: Some(text()),
        output: text(),
        duration: None,
    }];
    case
}

fn hostile_log() -> LogLine {
    LogLine {
        time_ms: 1,
        stage: None,
        level: "INFO".to_owned(),
        target: HOSTILE.to_owned(),
        spans: HOSTILE.to_owned(),
        message: HOSTILE.to_owned(),
    }
}
