//! The log of each case: complete where a process runs one, and never another case's.

use std::process;
use std::sync::mpsc;
use std::thread;

use thinking_tests::detail;
use tracing::{debug, info, info_span, warn};

use crate::child;

/// Logs from everywhere a case can log from.
fn log_everywhere(case: &'static str) {
    info!(case, "body");
    debug!("too fine for `capture`");
    info_span!("epoch", n = 3).in_scope(|| warn!("inside"));
    // The span of the case goes along.
    let span = tracing::Span::current();
    let below = move || {
        span.in_scope(|| info!(case, "with the span"));
        // Also below it, in a span of the thread's own.
        span.in_scope(|| info_span!("shard").in_scope(|| detail("below", case)));
    };
    thread::spawn(below).join().unwrap();
    thread::spawn(move || {
        info!(case, "bare");
        detail("bare", case);
    })
    .join()
    .unwrap();
}

#[thinking_tests::test(
    crate = thinking_tests,
    setup = || info!("setup"),
    teardown = || info!("teardown"),
)]
fn one() {
    log_everywhere("one");
}

#[thinking_tests::test(crate = thinking_tests)]
fn two() {
    log_everywhere("two");
}

/// A test that is none of ours, in the same binary.
#[test]
fn plain() {
    info!("of no case");
}

#[thinking_tests::test(crate = thinking_tests)]
fn aborts() {
    info!("before the end");
    if child::is_child() {
        process::abort();
    }
}

const OF_ONE: [&str; 6] = [
    "setup INFO setup",
    "run INFO body case=\"one\"",
    "run WARN epoch{n=3}: inside",
    "run INFO with the span case=\"one\"",
    "run INFO bare case=\"one\"",
    "teardown INFO teardown",
];

#[test]
fn everything_is_there_where_a_process_runs_one_case() {
    // As cargo-nextest calls it.
    let child = child::run(&["logs::one", "--exact", "--nocapture"], &[]);
    assert!(child.output.status.success(), "{}", child.stderr());
    assert_eq!(child.logs("logs::one"), OF_ONE);
    assert_eq!(child.details("logs::one"), ["below=one", "bare=one"]);
    assert!(child.logs("").is_empty());
    // What marks the case is shown nowhere.
    assert!(!child.stderr().contains("case:") && !child.stderr().contains("case{"));
}

#[test]
fn bare_threads_belong_to_no_case_where_a_process_runs_several() {
    for threads in ["--test-threads=1", "--test-threads=4"] {
        let arguments = ["logs::one", "logs::two", "logs::plain", "--exact", threads];
        let child = child::run(&arguments, &[]);
        assert!(child.output.status.success(), "{}", child.stdout());
        let without_bare: Vec<_> = OF_ONE.into_iter().filter(|l| !l.contains("bare")).collect();
        assert_eq!(child.logs("logs::one"), without_bare, "{threads}");
        let of_two = child.logs("logs::two");
        assert_eq!(of_two.len(), 3, "{of_two:?}");
        assert_eq!(of_two[2], "run INFO with the span case=\"two\"");
        let unattributed = child.logs("");
        for case in ["one", "two"] {
            let bare = format!("- INFO bare case=\"{case}\"");
            assert!(unattributed.contains(&bare), "{bare} in {unattributed:?}");
        }
        assert_eq!(child.details("logs::two"), ["below=two"]);
        let mut details = child.details("");
        details.sort();
        assert_eq!(details, ["bare=one", "bare=two"]);
        // Which is heard only if a case has set the log up before.
        assert!(
            unattributed.iter().all(|line| line.contains("bare") || line.contains("of no case"))
        );
    }
}

#[test]
fn a_case_that_aborts_keeps_its_log() {
    let child = child::run(&["--exact", "logs::aborts"], &[]);
    assert!(!child.output.status.success());
    assert_eq!(child.logs("logs::aborts"), ["run INFO before the end"]);
}

#[test]
fn the_level_is_that_of_capture() {
    let finer = ("THINKING_LOGS__CAPTURE", "debug");
    let child = child::run(&["--exact", "logs::one"], &[finer]);
    let fine = "run DEBUG too fine for `capture`".to_owned();
    assert!(child.logs("logs::one").contains(&fine), "{:?}", child.logs("logs::one"));
    let child = child::run(&["--exact", "logs::one"], &[("THINKING_LOGS__CAPTURE", "off")]);
    assert!(child.logs("logs::one").is_empty());
}

/// Two cases are live, and the main thread of each waits: their threads log at the same time.
#[thinking_tests::test(crate = thinking_tests)]
fn shares_a_thread() {
    let (sender, receiver) = mpsc::channel::<Box<dyn FnOnce() + Send>>();
    let worker = thread::spawn(move || receiver.into_iter().for_each(|job| job()));
    let span = tracing::Span::current();
    sender.send(Box::new(move || span.in_scope(|| info!("a job of this case")))).unwrap();
    drop(sender);
    worker.join().unwrap();
}

#[test]
fn a_job_belongs_to_the_case_whose_span_it_has() {
    let child = child::run(&["logs::shares_a_thread", "logs::two", "--exact"], &[]);
    assert_eq!(child.logs("logs::shares_a_thread"), ["run INFO a job of this case"]);
}
