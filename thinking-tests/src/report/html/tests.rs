//! The page's frame and the form of its data; `tests/it/page.rs` runs its script in a browser.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use expect_test::{expect, expect_file};
use sha2::{Digest, Sha256};

use super::*;
use crate::report::coverage::{CaseCoverage, CoverageReport, FileCoverage};
use crate::report::model::{
    AttemptReport, CaseReport, Detail, Location, LogLine, Outcome, StageReport, SuiteKind,
    SuiteReport,
};
use crate::stage::Stage;

fn run_of(cases: Vec<CaseReport>) -> RunReport {
    let mut run = RunReport::new("demo", "libtest", SystemTime::UNIX_EPOCH);
    let mut suite = SuiteReport::new("demo", "demo", SuiteKind::Unit);
    suite.cases = cases;
    run.suites.push(suite);
    run
}

fn page(text: &str) -> String {
    let mut case = CaseReport::new("a::b", Outcome::Failed);
    case.message = Some(text.to_owned());
    html(&run_of(vec![case])).unwrap()
}

fn data(run: &RunReport) -> String {
    serde_json::to_string(&Island::new(run)).unwrap()
}

#[test]
fn the_policy_allows_only_the_style_and_the_script() {
    let hash = |text| STANDARD.encode(Sha256::digest(dense(text)));
    expect_file!["../assets/policy.txt"].assert_eq(&format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'\n",
        hash(SCRIPT),
        hash(STYLE),
    ));
}

#[test]
fn the_parts_are_in_place() {
    let page = page("boo");
    let (style, script) = (dense(STYLE), dense(SCRIPT));
    for part in ["<!doctype html>", &style, &script, POLICY.trim(), "\"boo\"", "</html>"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("{{"));
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let page = page("");
    for reference in ["http:", "https:", "src=", " href=", "@import", "url(", "import("] {
        assert!(!page.contains(reference), "{reference}");
    }
}

#[test]
fn a_text_cannot_leave_the_island() {
    let tame = page("x").matches('<').count();
    let hostile = page("</script><script>alert(1)</script><!--<img src=x>{{script}}{{data}}");
    assert_eq!(hostile.matches('<').count(), tame);
    assert_eq!(hostile.matches(&dense(SCRIPT)).count(), 1);
}

#[test]
fn the_page_is_small() {
    assert!(page("").len() < 110_000, "{}", page("").len());
    let mut case = CaseReport::new("expression::parser::accepts_nothing", Outcome::Passed);
    case.duration = Some(Duration::from_micros(1234));
    case.started = Some(SystemTime::UNIX_EPOCH + Duration::from_micros(1_234_567));
    case.worker = Some("3".to_owned());
    case.location = Some(Location { file: "calculator/src/expression/parser.rs".into(), line: 12 });
    case.stages = Stage::ALL.map(|stage| stage_report(stage, Outcome::Passed)).to_vec();
    let one = data(&run_of(vec![case.clone()])).len();
    let two = data(&run_of(vec![case.clone(), case])).len();
    assert!(two - one < 330, "{}", two - one);
}

#[test]
fn what_is_empty_is_left_out() {
    let silent = CaseReport::new("a::b", Outcome::Passed);
    expect![[r#"{"version":1,"run":{"title":"demo","backend":"libtest","started_ms":0,"duration_us":0,"counts":{"passed":1,"failed":0,"skipped":0}},"suites":[{"name":"demo","package":"demo","kind":"unit","cases":[{"name":"a::b","outcome":"passed"}]}]}"#]]
        .assert_eq(&data(&run_of(vec![silent])));
}

#[test]
fn a_full_case_has_the_documented_form() {
    let mut case = CaseReport::new("src/lib.rs - a (line 7)", Outcome::TimedOut);
    case.module = "a".to_owned();
    case.message = Some("\u{1b}[31mlate\u{1b}[0m".to_owned());
    case.stdout = "\u{1b}[31mout".to_owned();
    case.tags = vec!["db".to_owned()];
    case.details = vec![Detail { key: "seed".to_owned(), value: "7".to_owned() }];
    case.stages = vec![stage_report(Stage::Run, Outcome::TimedOut)];
    case.logs = vec![LogLine {
        time_ms: 3,
        stage: None,
        level: "INFO".to_owned(),
        target: "a".to_owned(),
        spans: String::new(),
        message: "hello".to_owned(),
    }];
    case.failed_at = Some(Location { file: "src/lib.rs".to_owned(), line: 9 });
    case.earlier = vec![AttemptReport {
        outcome: Outcome::Aborted,
        message: None,
        output: "gone".to_owned(),
        duration: Some(Duration::from_micros(5)),
    }];
    let text = data(&run_of(vec![case]));
    let (_, case) = text.split_once("\"cases\":[").unwrap();
    expect![[r#"{"name":"src/lib.rs - a (line 7)","module":"a","outcome":"timed-out","message":"late","stdout":"\u001b[31mout","tags":["db"],"details":[["seed","7"]],"stages":[{"stage":"run","outcome":"timed-out","duration_us":412}],"logs":[{"ms":3,"level":"INFO","target":"a","message":"hello"}],"failed_at":"src/lib.rs:9","earlier":[{"outcome":"aborted","output":"gone","duration_us":5}]}]}]}"#]].assert_eq(case);
}

#[test]
fn a_file_names_its_cases_by_index() {
    let mut run = run_of(vec![
        CaseReport::new("a::one", Outcome::Passed),
        CaseReport::new("a::two", Outcome::Passed),
    ]);
    let reach = |case: &str| CaseCoverage {
        suite: "demo".to_owned(),
        case: case.to_owned(),
        lines: vec![(7, 8), (12, 12)],
    };
    let file = FileCoverage {
        path: "src/lib.rs".to_owned(),
        lines: vec![(7, 1), (9, 0)],
        // Who reached it is shown with the case, so a case that is not in the report is no use.
        cases: vec![reach("a::two"), reach("gone")],
        ..FileCoverage::default()
    };
    run.coverage = Some(CoverageReport { files: vec![file], ..CoverageReport::default() });
    let text = data(&run);
    assert!(text.ends_with(r#""lines":[7,1,9,0],"cases":[[0,1,7,8,12,12]]}]}}"#), "{text}");
}

fn stage_report(stage: Stage, outcome: Outcome) -> StageReport {
    StageReport {
        stage,
        outcome,
        message: None,
        duration: Duration::from_micros(412),
        stdout: String::new(),
        stderr: String::new(),
    }
}
