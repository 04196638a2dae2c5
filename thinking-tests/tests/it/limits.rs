//! Time limits and exclusive resources inside a process.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use thinking_tests::{Ending, Stage, TIMEOUT_MS_VARIABLE, TIMEOUTS_OF_BACKEND, TIMEOUTS_VARIABLE};

use crate::child;

/// Waits for ever, or for whoever ends the process.
fn hang() {
    if child::is_child() {
        loop {
            thread::park();
        }
    }
}

#[thinking_tests::test(crate = thinking_tests, timeout = "50ms")]
fn hangs() {
    hang();
}

#[thinking_tests::test(crate = thinking_tests, timeout = "50ms", setup = hang)]
fn hangs_in_setup() {}

#[thinking_tests::test(crate = thinking_tests)]
fn hangs_without_a_limit() {
    hang();
}

#[thinking_tests::test(crate = thinking_tests, timeout = "10m")]
fn is_quick() {}

#[test]
fn a_case_over_its_limit_ends_the_process_and_is_named() {
    for (case, variable, limit, stage, stages) in [
        ("limits::hangs", "2000000000", "50ms", Stage::Run, 2),
        ("limits::hangs_in_setup", "2000000000", "50ms", Stage::Setup, 1),
        ("limits::hangs_without_a_limit", "70", "70ms", Stage::Run, 2),
    ] {
        let child = child::run(&["--exact", case], &[(TIMEOUT_MS_VARIABLE, variable)]);
        assert!(!child.output.status.success());
        let reason = format!("took longer than its time limit of {limit}; the {stage} was running");
        let (of_stages, end) = child.endings(case);
        assert_eq!(end, Some(Ending::TimedOut(reason.clone())));
        assert_eq!(of_stages.len(), stages);
        assert_eq!(of_stages.last(), Some(&(stage, Ending::TimedOut(reason.clone()))));
        let stderr = child.stderr();
        let named = stderr.contains(&format!("\ncase `it::{case}` ("));
        assert!(named && stderr.contains(&format!("{reason}; the process is ended\n")), "{stderr}");
    }
}

/// It would end the process with a message if it watched; so the process is quick or it hangs.
#[test]
fn nobody_watches_where_a_backend_does_or_a_case_is_quick() {
    let variables = [(TIMEOUTS_VARIABLE, TIMEOUTS_OF_BACKEND), (TIMEOUT_MS_VARIABLE, "no number")];
    let child = child::run(&["--exact", "limits::is_quick"], &variables);
    assert!(child.output.status.success(), "the variable is not even read: {}", child.stdout());
    let child = child::run(&["--exact", "limits::is_quick"], &[]);
    assert_eq!(child.endings("limits::is_quick").1, Some(Ending::Passed));
}

#[test]
fn a_wrong_limit_is_an_error_of_the_case() {
    let variables = [(TIMEOUT_MS_VARIABLE, "2s")];
    let child = child::run(&["--exact", "limits::hangs_without_a_limit"], &variables);
    let text = "`THINKING_TEST_TIMEOUT_MS` is `2s`; it takes milliseconds, a whole number over 0";
    let (_, end) = child.endings("limits::hangs_without_a_limit");
    assert_eq!(end, Some(Ending::Error(text.to_owned())));
}

static INSIDE: AtomicU32 = AtomicU32::new(0);

fn alone() {
    assert_eq!(INSIDE.fetch_add(1, Ordering::SeqCst), 0, "another case has the resource");
    for _ in 0..1000 {
        thread::yield_now();
    }
    INSIDE.fetch_sub(1, Ordering::SeqCst);
}

#[thinking_tests::test(crate = thinking_tests, exclusive("printer", "scanner"))]
#[row(1)]
#[row(2)]
#[row(3)]
fn prints_and_scans(_copy: u32) {
    alone();
}

#[thinking_tests::test(crate = thinking_tests, exclusive("scanner", "printer"))]
#[row(1)]
#[row(2)]
#[row(3)]
fn scans_and_prints(_copy: u32) {
    alone();
}

#[test]
fn cases_of_a_process_share_no_exclusive_resource() {
    let child = child::run(&["limits::prints", "limits::scans", "--test-threads=6"], &[]);
    assert!(child.output.status.success(), "{}", child.stdout());
    assert!(child.stdout().contains("6 passed"), "{}", child.stdout());
}
