//! The form of a line, which later versions have to read.

use super::*;
use crate::report::{
    AttemptReport, CoverageCounts, CoverageReport, Outcome, Reached, SuiteKind, SuiteReport,
};

const GOLDEN: &str = include_str!("../../../tests/data/history/history.jsonl");

fn run() -> RunReport {
    let started = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
    let mut run = RunReport::new("demo", "libtest", started);
    run.duration = Duration::from_micros(2_345_678);
    let mut suite = SuiteReport::new("demo::it", "demo", SuiteKind::Integration);
    let mut flaky = CaseReport::new("stores", Outcome::Passed);
    flaky.earlier = vec![AttemptReport {
        outcome: Outcome::Failed,
        message: None,
        output: String::new(),
        duration: None,
    }];
    suite.cases = vec![
        CaseReport::new("a::adds", Outcome::Passed),
        flaky,
        CaseReport::new("a::\"quoted\"", Outcome::Failed),
        CaseReport::new("a::skipped", Outcome::Skipped),
        CaseReport::new("a::hangs", Outcome::TimedOut),
    ];
    run.suites.push(suite);
    let lines = Reached { covered: 2, total: 3 };
    let totals = CoverageCounts { lines, ..CoverageCounts::default() };
    run.coverage = Some(CoverageReport { totals, ..CoverageReport::default() });
    run
}

#[test]
fn a_line_is_as_it_was() {
    let past = PastRun::of(&run(), true);
    let golden = GOLDEN.lines().next().unwrap();
    assert_eq!(past.to_line(), golden);
    assert_eq!(PastLine::parse(golden), PastLine::Run(past));
}

#[test]
fn lines_of_other_versions_are_told_apart() {
    let mut lines = GOLDEN.lines().skip(1).map(PastLine::parse);
    let Some(PastLine::Run(least)) = lines.next() else { panic!() };
    assert_eq!((least.counts.passed, least.failed, least.covered), (7, vec![], None));
    let Some(PastLine::Run(newer)) = lines.next() else { panic!() };
    assert_eq!(newer.counts.passed, 8);
    assert_eq!(lines.next(), Some(PastLine::Newer));
    assert_eq!(lines.next(), None);
}

#[test]
fn what_is_no_line_is_broken() {
    let whole = GOLDEN.lines().next().unwrap();
    for line in [
        "",
        "null",
        "{}",
        "[1]",
        r#"{"version":1}"#,
        r#"{"version":"2"}"#,
        &whole[..whole.len() / 2],
        &whole.replace(r#""version":1"#, r#""version":0"#),
        &whole.replace(r#""version":1,"#, ""),
        &format!("{whole}{whole}"),
    ] {
        assert_eq!(PastLine::parse(line), PastLine::Broken, "{line}");
    }
}

#[test]
fn a_line_stays_short() {
    let mut run = run();
    run.suites[0].cases = vec![CaseReport::new("a", Outcome::Failed); 5000];
    let past = PastRun::of(&run, false);
    assert_eq!((past.counts.failed, past.failed.len()), (5000, MAX_NAMES));
}
