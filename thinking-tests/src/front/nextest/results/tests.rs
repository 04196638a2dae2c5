//! Reports as cargo-nextest writes them.

use super::*;

const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="x" tests="5" skipped="0" failures="4" errors="0" time="0.211">
  <testsuite name="demo::it" tests="5" skipped="0" errors="0" failures="4">
    <testcase name="a::ok" classname="demo::it" time="0.010">
      <flakyFailure type="test failure with exit code 101" message="m" time="0.002">d<system-err>thread 'a::ok' (7) panicked at t.rs:1:2:
boo
</system-err></flakyFailure>
      <system-out>
running 1 test
out
test a::ok ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.01s

</system-out>
      <system-err>err
</system-err>
    </testcase>
    <testcase name="a::bad" classname="demo::it" time="0.208">
      <failure message="thread 'a::bad' (7088) panicked at src/lib.rs:39:62" type="test failure with exit code 101">long</failure>
      <system-out>
running 1 test
test a::bad ... FAILED

failures:

failures:
    a::bad

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.20s

</system-out>
      <system-err>
thread 'a::bad' (7088) panicked at src/lib.rs:39:62:
assertion `left == right` failed: why
  left: 1
 right: 2
stack backtrace:
</system-err>
    </testcase>
    <testcase name="aborts" classname="demo::it" time="0.019">
      <failure message="process aborted with signal 6 (SIGABRT)" type="test abort">process aborted with signal 6 (SIGABRT)</failure>
      <system-out>
running 1 test
</system-out>
      <system-err>about to
</system-err>
    </testcase>
    <testcase name="exits" classname="demo::it" time="0.006">
      <failure type="test failure with exit code 3"/>
    </testcase>
    <testcase name="exits_101" classname="demo::it" time="0.006">
      <failure type="test failure with exit code 101"/>
      <system-out>
running 1 test
said
</system-out>
    </testcase>
    <testcase name="exits_0" classname="demo::it" timestamp="1970-01-01T00:00:07.250+00:00" time="0.006">
      <system-out>
running 1 test
</system-out>
    </testcase>
    <testcase name="thrice" classname="demo::it" time="0.001">
      <failure message="m" type="test failure with exit code 101">d</failure>
      <rerunFailure timestamp="1970-01-01T00:00:01+00:00" time="0.002" type="test abort" message="process aborted with signal 6 (SIGABRT)"><system-err>second</system-err></rerunFailure>
      <rerunFailure timestamp="1970-01-01T00:00:02+00:00" time="0.003" type="test timeout"><system-out>third</system-out></rerunFailure>
      <system-err>first</system-err>
    </testcase>
    <testcase name="slow" classname="demo::it" time="1.0">
      <failure type="test timeout"/>
    </testcase>
  </testsuite>
</testsuites>"#;

#[test]
fn every_kind_of_ending() {
    let suites = parse(REPORT).unwrap();
    assert_eq!(suites[0].binary_id, "demo::it");
    let told: Vec<_> = suites[0]
        .cases
        .iter()
        .map(|case| {
            let message = case.message.as_deref().unwrap_or_default();
            (case.name.as_str(), case.outcome, message, case.stdout.as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("a::ok", Outcome::Passed, "", "out\n"),
            (
                "a::bad",
                Outcome::Failed,
                "assertion `left == right` failed: why\n  left: 1\n right: 2",
                ""
            ),
            ("aborts", Outcome::Aborted, "process aborted with signal 6 (SIGABRT)", ""),
            ("exits", Outcome::Aborted, "the test ended its process with exit code 3", ""),
            (
                "exits_101",
                Outcome::Aborted,
                "the test ended its process with exit code 101",
                "said"
            ),
            ("exits_0", Outcome::Aborted, "the test ended its process with exit code 0", ""),
            ("thrice", Outcome::TimedOut, "test timeout", "third"),
            ("slow", Outcome::TimedOut, "test timeout", ""),
        ]
    );
    let flaky = &suites[0].cases[0];
    assert_eq!(flaky.attempts(), 2);
    assert_eq!(flaky.earlier[0].outcome, Outcome::Error);
    assert_eq!(flaky.earlier[0].message.as_deref(), Some("boo"));
}

#[test]
fn the_last_attempt_stands_for_a_case_and_the_others_are_kept() {
    let suites = parse(REPORT).unwrap();
    let thrice = suites[0].cases.iter().find(|case| case.name == "thrice").unwrap();
    let earlier: Vec<_> = thrice
        .earlier
        .iter()
        .map(|attempt| (attempt.outcome, attempt.output.as_str(), attempt.duration))
        .collect();
    assert_eq!(
        earlier,
        [
            (Outcome::Error, "first", Some(Duration::from_millis(1))),
            (Outcome::Aborted, "second", Some(Duration::from_millis(2))),
        ]
    );
    assert_eq!(thrice.started, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(2)));
    let exits = suites[0].cases.iter().find(|case| case.name == "exits_0").unwrap();
    assert_eq!(exits.started, Some(SystemTime::UNIX_EPOCH + Duration::from_millis(7250)));
}

#[test]
fn another_text_is_refused() {
    assert!(parse("<html>").is_err());
}
