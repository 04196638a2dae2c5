//! Which stages of a case run, in which order, and how the case ends: this binary, run as a child
//! process that lets a stage of the case below go wrong.

use std::env;
use std::fs;
use std::process::Command;

use thinking_injection::Outcome;
use thinking_tests::{Ending, Event, RECORDS_DIR_VARIABLE, Record, Stage, fixture};

/// Says which stages go wrong, and how: `run:assert,teardown:error`.
const WRONG_VARIABLE: &str = "THINKING_TEST_WRONG";

/// Prints the stage and goes wrong if it should.
fn stage(name: &str, note: &str) -> Result<(), std::io::Error> {
    eprintln!("<{name}{note}>");
    let wrong = env::var(WRONG_VARIABLE).unwrap_or_default();
    match wrong.split(',').find_map(|one| one.strip_prefix(name)?.strip_prefix(':')) {
        Some("assert") => panic!("assertion `{name}` failed"),
        Some("panic") => panic!("{name} panics"),
        Some("error") => Err(std::io::Error::other(format!("{name} returns"))),
        _ => Ok(()),
    }
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Failure(message) => format!(" after {}", message.lines().next().unwrap_or("")),
        _ => String::new(),
    }
}

fn set_up() -> Result<u32, std::io::Error> {
    stage("setup", "").map(|()| 7)
}

fn tear_down(value: u32, outcome: Outcome) -> Result<(), std::io::Error> {
    stage("teardown", &format!(" {value}{}", told(&outcome)))
}

#[fixture(
    teardown = |outcome: &Outcome| stage("fixture-end", &told(outcome)),
    crate = thinking_tests,
)]
fn number() -> Result<u32, std::io::Error> {
    stage("fixture", "").map(|()| 1)
}

#[thinking_tests::test(crate = thinking_tests, setup = set_up, teardown = tear_down)]
fn case(setup: &mut u32, number: &u32) -> Result<(), std::io::Error> {
    *setup += number;
    stage("run", "")
}

/// What the child process says: the stages that ran, and how the case and each of its stages ended.
struct Told {
    passed: bool,
    order: Vec<String>,
    ending: Ending,
    stages: Vec<(Stage, bool)>,
}

fn with(wrong: &str) -> Told {
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "stages::case", "--nocapture"])
        .env(RECORDS_DIR_VARIABLE, dir.path())
        .env(WRONG_VARIABLE, wrong)
        .output()
        .unwrap();
    let file = fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(file).unwrap();
    let records = text.lines().map(|line| serde_json::from_str::<Record>(line).unwrap());
    let (mut ending, mut stages) = (None, Vec::new());
    for record in records {
        match record.event {
            Event::Stage { stage, ending, .. } => stages.push((stage, !ending.is_failure())),
            Event::End { ending: end, .. } => ending = Some(end),
            _ => {}
        }
    }
    let printed = String::from_utf8(output.stderr).unwrap();
    let order = printed.lines().filter_map(|line| line.strip_prefix('<')?.strip_suffix('>'));
    Told {
        passed: output.status.success(),
        order: order.map(str::to_owned).collect(),
        ending: ending.unwrap(),
        stages,
    }
}

#[test]
fn all_stages_run_in_order() {
    let told = with("");
    assert!(told.passed);
    assert_eq!(told.order, ["fixture", "setup", "run", "teardown 8", "fixture-end"]);
    assert_eq!(told.ending, Ending::Passed);
    assert_eq!(told.stages, [(Stage::Setup, true), (Stage::Run, true), (Stage::Teardown, true)]);
}

#[test]
fn nothing_follows_a_setup_that_fails() {
    for (wrong, ending) in [
        ("setup:assert", Ending::Failed("assertion `setup` failed".to_owned())),
        ("setup:panic", Ending::Error("setup panics".to_owned())),
        ("setup:error", Ending::Error("setup returns".to_owned())),
    ] {
        let told = with(wrong);
        assert!(!told.passed, "{wrong}");
        assert_eq!(told.order[..2], ["fixture", "setup"], "{wrong}");
        assert!(!told.order.iter().any(|stage| stage.starts_with("run")), "{wrong}");
        assert!(!told.order.iter().any(|stage| stage.starts_with("teardown")), "{wrong}");
        assert_eq!(told.ending, ending, "{wrong}");
        assert_eq!(told.stages, [(Stage::Setup, false)], "{wrong}");
    }
}

#[test]
fn a_fixture_that_fails_is_a_setup_that_fails() {
    let told = with("fixture:error");
    assert!(!told.passed);
    assert_eq!(told.order, ["fixture"]);
    let Ending::Error(text) = told.ending else { panic!("{:?}", told.ending) };
    assert!(
        text.starts_with("fixture `it::stages::number` (")
            && text.ends_with(") cannot be made: fixture returns")
    );
    assert_eq!(told.stages, [(Stage::Setup, false)]);
}

#[test]
fn the_teardown_follows_a_body_that_fails() {
    for (wrong, ending, after) in [
        (
            "run:assert",
            Ending::Failed("assertion `run` failed".to_owned()),
            "assertion `run` failed",
        ),
        ("run:panic", Ending::Error("run panics".to_owned()), "run panics"),
        ("run:error", Ending::Error("run returns".to_owned()), "run returns"),
    ] {
        let told = with(wrong);
        assert!(!told.passed, "{wrong}");
        let order = [
            "fixture".to_owned(),
            "setup".to_owned(),
            "run".to_owned(),
            format!("teardown 8 after {after}"),
            format!("fixture-end after {after}"),
        ];
        assert_eq!(told.order, order, "{wrong}");
        assert_eq!(told.ending, ending, "{wrong}");
        let stages = [(Stage::Setup, true), (Stage::Run, false), (Stage::Teardown, true)];
        assert_eq!(told.stages, stages, "{wrong}");
    }
}

#[test]
fn the_bodys_failure_wins_over_the_teardowns() {
    for body in ["assert", "panic", "error"] {
        for teardown in ["assert", "panic", "error"] {
            let (alone, both) =
                (with(&format!("run:{body}")), with(&format!("run:{body},teardown:{teardown}")));
            assert!(!both.passed);
            assert_eq!(both.ending, alone.ending, "{body}, {teardown}");
            let stages = [(Stage::Setup, true), (Stage::Run, false), (Stage::Teardown, false)];
            assert_eq!(both.stages, stages, "{body}, {teardown}");
        }
    }
}

#[test]
fn a_teardown_alone_makes_the_case_fail() {
    for (wrong, ending) in [
        ("teardown:assert", Ending::Failed("assertion `teardown` failed".to_owned())),
        ("teardown:panic", Ending::Error("teardown panics".to_owned())),
        ("teardown:error", Ending::Error("teardown returns".to_owned())),
        ("fixture-end:error", Ending::Error("fixture-end returns".to_owned())),
    ] {
        let told = with(wrong);
        assert!(!told.passed, "{wrong}");
        assert_eq!(told.ending, ending, "{wrong}");
        let stages = [(Stage::Setup, true), (Stage::Run, true), (Stage::Teardown, false)];
        assert_eq!(told.stages, stages, "{wrong}");
    }
}
