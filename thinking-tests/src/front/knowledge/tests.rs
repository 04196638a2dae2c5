//! Joining what processes recorded with what backends report.

use super::*;
use crate::front::listing::suite;
use crate::report::AttemptReport;

const EXE: &str = "/none/my-it";

fn record(name: &str, pid: u32, time_ms: u64, event: Event) -> Record {
    Record { pid, attempt: 1, name: name.to_owned(), time_ms, event }
}

fn start(name: &str, pid: u32, time_ms: u64) -> Record {
    record(name, pid, time_ms, Event::Start { exe: EXE.to_owned(), thread: String::new() })
}

fn log(name: &str, pid: u32, time_ms: u64, message: &str) -> Record {
    let event = Event::Log {
        stage: Some(Stage::Run),
        level: "INFO".to_owned(),
        target: "t".to_owned(),
        spans: String::new(),
        message: message.to_owned(),
    };
    record(name, pid, time_ms, event)
}

fn end(name: &str, pid: u32, time_ms: u64, ending: Ending) -> Record {
    record(name, pid, time_ms, Event::End { duration_us: 1500, ending })
}

fn attempt(mut record: Record, attempt: u32) -> Record {
    record.attempt = attempt;
    record
}

/// Joins `records` with what the backend says about the case `a`, and returns it with the
/// unattributed messages.
fn joined(records: Vec<Record>, case: CaseReport) -> (CaseReport, Vec<String>) {
    let listed = suite("p::my-it", "my-it", &["a", "b"]);
    let mut report = SuiteReport::new("p::my-it", "p", listed.kind);
    report.cases.push(case);
    Knowledge::from_records(records).complete(&listed, &mut report, Path::new("/none"));
    let unattributed = report.unattributed.iter().map(|line| line.message.clone()).collect();
    (report.cases.remove(0), unattributed)
}

#[test]
fn a_start_without_an_end_is_unfinished() {
    let knowledge = Knowledge::from_records(vec![
        start("my_it::a", 7, 1),
        start("my_it::b", 7, 2),
        end("my_it::b", 7, 3, Ending::Passed),
    ]);
    let listed = suite("p::my-it", "my-it", &[]);
    assert!(knowledge.is_unfinished(&listed, "a"));
    assert!(!knowledge.is_unfinished(&listed, "b"));
    assert!(!knowledge.is_unfinished(&listed, "c"));
}

#[test]
fn a_case_gets_stages_logs_details_and_its_start() {
    let stage = |stage, ending| Event::Stage { stage, duration_us: 7, ending };
    let detail = Event::Detail { key: "seed".to_owned(), value: "7".to_owned() };
    let records = vec![
        start("my_it::a", 7, 1000),
        record("my_it::a", 7, 1001, stage(Stage::Setup, Ending::Passed)),
        log("my_it::a", 7, 1002, "hello"),
        record("my_it::a", 7, 1003, detail),
        log("my_it::b", 7, 1004, "of a case that the backend does not know"),
        log("", 7, 1005, "of nobody"),
        record("my_it::a", 7, 1006, stage(Stage::Run, Ending::Passed)),
        end("my_it::a", 7, 1007, Ending::Passed),
    ];
    let mut case = CaseReport::new("a", Outcome::Passed);
    case.stdout = "---- setup ----\nin setup\n\n---- run ----\nin run\n".to_owned();
    let (case, unattributed) = joined(records, case);
    assert_eq!(case.started, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1)));
    assert_eq!(case.duration, Some(Duration::from_micros(1500)));
    assert_eq!(case.logs[0].message, "hello");
    assert_eq!(case.details[0].value, "7");
    assert_eq!(case.stdout, "in setup\nin run\n");
    let stages: Vec<_> =
        case.stages.iter().map(|stage| (stage.stage, stage.stdout.as_str())).collect();
    assert_eq!(stages, [(Stage::Setup, "in setup\n"), (Stage::Run, "in run\n")]);
    assert_eq!(unattributed, ["of a case that the backend does not know", "of nobody"]);
}

#[test]
fn the_last_attempt_is_the_one_that_is_told() {
    let records = vec![
        start("my_it::a", 7, 1),
        log("my_it::a", 7, 2, "first"),
        end("my_it::a", 7, 3, Ending::Failed("no".to_owned())),
        attempt(start("my_it::a", 8, 4), 2),
        attempt(log("my_it::a", 8, 5, "second"), 2),
        attempt(end("my_it::a", 8, 6, Ending::Passed), 2),
    ];
    let mut case = CaseReport::new("a", Outcome::Passed);
    case.earlier.push(AttemptReport {
        outcome: Outcome::Failed,
        message: None,
        output: String::new(),
        duration: None,
    });
    let (case, _) = joined(records, case);
    assert_eq!(case.logs[0].message, "second");
    assert!(case.is_flaky());
}

#[test]
fn a_process_with_the_number_of_an_earlier_one_is_another_execution() {
    let records = vec![
        start("my_it::a", 7, 1),
        log("my_it::a", 7, 2, "aborted"),
        start("my_it::a", 7, 3),
        end("my_it::a", 7, 4, Ending::Passed),
    ];
    let knowledge = Knowledge::from_records(records);
    let listed = suite("p::my-it", "my-it", &[]);
    let executions = &knowledge.executions[&listed.key("a")];
    assert_eq!(executions.iter().map(|one| one.end.is_some()).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn the_process_and_the_backend_each_know_something_better() {
    let ended = |ending| vec![start("my_it::a", 7, 1), end("my_it::a", 7, 2, ending)];
    let text = || "why".to_owned();
    for (backend, recorded, outcome, message) in [
        (Outcome::Passed, Ending::Skipped(text()), Outcome::Skipped, Some("why")),
        (Outcome::Aborted, Ending::TimedOut(text()), Outcome::TimedOut, Some("why")),
        (Outcome::Error, Ending::Failed(text()), Outcome::Failed, Some("why")),
        (Outcome::Failed, Ending::Error(text()), Outcome::Error, Some("why")),
        // As with `#[should_panic]`.
        (Outcome::Passed, Ending::Failed(text()), Outcome::Passed, None),
        (Outcome::Failed, Ending::Passed, Outcome::Failed, None),
        (Outcome::TimedOut, Ending::Passed, Outcome::TimedOut, None),
    ] {
        let (case, _) = joined(ended(recorded), CaseReport::new("a", backend));
        assert_eq!((case.outcome, case.message.as_deref()), (outcome, message), "{backend}");
    }
}

#[test]
fn the_process_says_what_its_output_does_not() {
    let ended =
        vec![start("my_it::a", 7, 1), end("my_it::a", 7, 2, Ending::Error("why".to_owned()))];
    let mut case = CaseReport::new("a", Outcome::Error);
    case.message = Some(String::new());
    let (case, _) = joined(ended, case);
    assert_eq!(case.message.as_deref(), Some("why"));
}

#[test]
fn an_expected_panic_is_no_failure_of_its_stage() {
    let ending = Ending::Error("expected".to_owned());
    let event = Event::Stage { stage: Stage::Run, duration_us: 1, ending };
    let records = vec![start("my_it::a", 7, 1), record("my_it::a", 7, 2, event)];
    let (case, _) = joined(records, CaseReport::new("a", Outcome::Passed));
    assert_eq!(case.stages[0].outcome, Outcome::Passed);
    assert_eq!(case.stages[0].message.as_deref(), Some("expected"));
}
