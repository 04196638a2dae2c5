//! What a person reads, without colours.

use std::time::SystemTime;

use expect_test::expect;

use super::*;
use crate::report::{
    AttemptReport, CoverageCounts, CoverageReport, Location, Reached, StageReport, SuiteKind,
};

fn run(cases: Vec<CaseReport>) -> RunReport {
    let mut run = RunReport::new("demo", "libtest", SystemTime::UNIX_EPOCH);
    let mut suite = SuiteReport::new("calculator::it", "calculator", SuiteKind::Integration);
    suite.cases = cases;
    run.suites.push(suite);
    run
}

fn text(run: &RunReport) -> String {
    plain(&render(
        run,
        &[("junit", Path::new("/t/junit.xml")), ("report", Path::new("/t/a b.html"))],
    ))
}

fn failed(name: &str, outcome: Outcome, message: &str) -> CaseReport {
    let mut case = CaseReport::new(name, outcome);
    case.message = Some(message.to_owned());
    case
}

fn attempt(message: &str) -> AttemptReport {
    let (message, output) = (Some(message.to_owned()), String::new());
    AttemptReport { outcome: Outcome::Failed, message, output, duration: None }
}

#[test]
fn everything_has_its_place() {
    let mut adds = failed(
        "expression::adds",
        Outcome::Failed,
        "assertion `left == right` failed: sum\n  left: [1, 2, 3]\n right: [1, 4, 3]",
    );
    adds.failed_at = Some(Location { file: "src/expression.rs".to_owned(), line: 40 });
    adds.earlier = vec![attempt("first"), attempt("second")];
    adds.duration = Some(Duration::from_millis(1500));
    let mut opens = failed("opens", Outcome::Error, "no such file");
    opens.location = Some(Location { file: "tests/it.rs".to_owned(), line: 7 });
    opens.stages = vec![StageReport {
        stage: Stage::Setup,
        outcome: Outcome::Error,
        message: None,
        duration: Duration::ZERO,
        stdout: String::new(),
        stderr: String::new(),
    }];
    let mut flaky = CaseReport::new("stores", Outcome::Passed);
    flaky.earlier = vec![attempt("\nassertion failed: ready\nmore")];
    flaky.duration = Some(Duration::from_secs(75));
    let mut quick = CaseReport::new("quick", Outcome::Passed);
    quick.duration = Some(Duration::from_millis(999));
    let mut run = run(vec![
        adds,
        failed("gpu", Outcome::Skipped, "no GPU"),
        opens,
        CaseReport::new("later", Outcome::Skipped),
        flaky,
        quick,
        failed("hangs", Outcome::TimedOut, "longer than 30s"),
        CaseReport::new("ends", Outcome::Aborted),
    ]);
    let lines = Reached { covered: 819, total: 1000 };
    let totals = CoverageCounts { lines, ..CoverageCounts::default() };
    run.coverage = Some(CoverageReport { totals, ..CoverageReport::default() });
    expect![[r#"

        slowest
              75.000 s  calculator::it stores
               1.500 s  calculator::it expression::adds

        SKIP calculator::it gpu: no GPU
        SKIP calculator::it later

        FLAKY calculator::it stores: passed on attempt 2
            assertion failed: ready

        FAIL calculator::it expression::adds
            src/expression.rs:40 after 3 attempts
            assertion `left == right` failed: sum
              left:  [1, 2, 3]
                         ^
              right: [1, 4, 3]
                         ^

        ERROR calculator::it opens
            tests/it.rs:7 in setup
            no such file

        TIMEOUT calculator::it hangs
            longer than 30s

        ABORT calculator::it ends

        coverage: 81.9 %, 819 of 1000 lines
        junit:  /t/junit.xml
        report: /t/a b.html
        again:  cargo xtask test --failed
        2 passed, 4 failed, 2 skipped, 1 flaky
    "#]]
    .assert_eq(&text(&run));
}

#[test]
fn a_good_run_says_little() {
    expect![[r#"

        junit:  /t/junit.xml
        report: /t/a b.html
        1 passed, 0 failed, 0 skipped
    "#]]
    .assert_eq(&text(&run(vec![CaseReport::new("a", Outcome::Passed)])));
}

#[test]
fn the_text_has_a_bound() {
    let message = format!("{}\n", "x".repeat(1000)).repeat(100);
    let cases = (0..5000).map(|number| {
        let message = if number < 100 { &message } else { "no" };
        let mut case = failed(&format!("m::case_{number}"), Outcome::Failed, message);
        case.duration = Some(Duration::from_secs(number));
        case
    });
    let mut run = run(cases.collect());
    let text = text(&run);
    assert!(text.len() < 300_000, "{}", text.len());
    for line in [
        "    4999.000 s  calculator::it m::case_4999",
        "FAIL calculator::it m::case_29",
        "FAIL calculator::it m::case_199",
        "    … 88 more lines in the report",
        "    … 4800 more failures in the report",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}");
    }
    assert!(!text.contains("case_200\n"));
    assert!(text.ends_with("\n0 passed, 5000 failed, 0 skipped\n"));

    // Many skipped cases are only counted, many flaky ones are listed in part.
    for case in &mut run.suites[0].cases {
        case.outcome = Outcome::Skipped;
    }
    assert!(!super::tests::text(&run).contains("SKIP"));
    for case in &mut run.suites[0].cases {
        case.outcome = Outcome::Passed;
        case.earlier = vec![attempt("no")];
    }
    let text = super::tests::text(&run);
    assert_eq!(text.matches("FLAKY").count(), FLAKY);
    assert!(text.ends_with("\n5000 passed, 0 failed, 0 skipped, 5000 flaky\n"));
}

#[test]
fn hostile_texts_move_no_cursor() {
    let hostile = "a\u{1b}[2J\u{1b}]0;title\u{7}\rb\u{8}\tc\u{202e}";
    let mut case =
        failed(hostile, Outcome::Error, &format!("{hostile}\n  left: {hostile}\n right: b"));
    case.failed_at = Some(Location { file: hostile.to_owned(), line: 1 });
    let text = render(&run(vec![case]), &[]);
    let plain = plain(&text);
    assert!(!plain.contains(['\r', '\t', '\u{8}', '\u{7}']), "{plain:?}");
    // Only our own colours are left.
    for escape in text.split('\u{1b}').skip(1) {
        assert!(
            escape.starts_with('[') && escape[1..].find('m').is_some_and(|end| end < 4),
            "{escape:?}"
        );
    }
}

#[test]
fn colours_are_there_for_those_who_can_see_them() {
    let text = render(&run(vec![failed("a", Outcome::Failed, "x\n  left: 1\n right: 2")]), &[]);
    assert!(text.contains(&format!("{FAILED}FAIL{FAILED:#}")), "{text}");
}
