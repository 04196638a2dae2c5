//! What a case says and asks while it runs: skips, details, itself.

use std::thread;

use thinking_injection::component;
use thinking_tests::{Ending, Stage, current, detail, skip};

use crate::child;

fn deep(depth: u32) -> u32 {
    match depth {
        0 => skip("deep down"),
        depth => 1 + deep(depth - 1),
    }
}

#[thinking_tests::test(crate = thinking_tests)]
fn skips_deep_down() {
    assert_eq!(deep(5), 5, "it comes back");
}

#[thinking_tests::test(crate = thinking_tests, setup = || deep(2))]
fn skips_in_setup(setup: u32) {
    unreachable!("{setup}");
}

#[thinking_tests::fixture(crate = thinking_tests)]
fn gpu() -> u32 {
    skip("no GPU")
}

#[thinking_tests::test(crate = thinking_tests)]
fn skips_in_a_fixture(gpu: &u32) {
    unreachable!("{gpu}");
}

#[component(when(profile = "licence"))]
fn licence() -> Licence {
    skip("no licence")
}

struct Licence;

#[thinking_tests::test(crate = thinking_tests, profile = "licence")]
fn skips_in_a_component(licence: std::sync::Arc<Licence>) {
    let _ = licence;
    unreachable!();
}

#[thinking_tests::test(crate = thinking_tests)]
#[should_panic]
fn skips_though_a_panic_is_expected() {
    skip("no panic");
}

/// It is the thread's panic; the case goes on.
#[thinking_tests::test(crate = thinking_tests)]
fn threads_cannot_skip() {
    let payload = thread::spawn(|| skip("no use")).join().unwrap_err();
    let text = payload.downcast_ref::<String>().unwrap();
    assert!(text.starts_with("`skip` was called on a thread that runs no case (reason: no use);"));
}

#[test]
fn plain_tests_cannot_skip() {
    assert!(std::panic::catch_unwind(|| skip("no use")).is_err());
}

#[test]
fn a_case_that_skips_neither_fails_nor_panics() {
    for (case, reason, stages) in [
        ("running::skips_deep_down", "deep down", 3),
        ("running::skips_in_setup", "deep down", 1),
        ("running::skips_in_a_fixture", "no GPU", 1),
        ("running::skips_in_a_component", "no licence", 1),
        ("running::skips_though_a_panic_is_expected", "no panic", 3),
    ] {
        let child = child::run(&["--exact", case, "--nocapture"], &[]);
        assert!(child.output.status.success(), "{case}: {}", child.stdout());
        assert!(!child.stderr().contains("panicked"), "{case}: {}", child.stderr());
        let line = format!("case `it::{case}` was skipped: {reason}\n");
        assert!(child.stderr().contains(&line), "{}", child.stderr());
        let (of_stages, end) = child.endings(case);
        assert_eq!((of_stages.len(), end), (stages, Some(Ending::Skipped(reason.to_owned()))));

        // Without a runner it is the same.
        let plain = child::run_plainly(&["--exact", case, "--nocapture"], &[]);
        assert!(plain.status.success());
        assert!(String::from_utf8_lossy(&plain.stderr).contains(&line));
    }
}

#[thinking_tests::test(
    crate = thinking_tests,
    setup = || detail("stage", current().unwrap().stage()),
    teardown = || detail("stage", current().unwrap().stage()),
)]
fn tells() {
    let this = current().unwrap();
    assert_eq!((this.case().name, this.stage()), ("it::running::tells", Stage::Run));
    assert!(this.case().line < line!() && this.case().file.ends_with("running.rs"));
    detail("stage", this.stage());
    detail("text", "first\nsecond \"quoted\" \u{1f}");
    detail("text", "again");
    let other = this.clone();
    thread::spawn(move || other.detail("thread", 7)).join().unwrap();
}

#[test]
fn details_are_recorded_in_their_order() {
    let child = child::run(&["--exact", "running::tells"], &[]);
    assert!(child.output.status.success(), "{}", child.stdout());
    assert_eq!(
        child.details("running::tells"),
        [
            "stage=setup",
            "stage=run",
            "text=first\nsecond \"quoted\" \u{1f}",
            "text=again",
            "thread=7",
            "stage=teardown"
        ]
    );
}

/// Without a runner a detail costs nothing: its value is not even formatted.
#[test]
fn details_without_a_runner_are_not_formatted() {
    if !child::is_child() {
        let test = "running::details_without_a_runner_are_not_formatted";
        assert!(child::run_plainly(&["--exact", test], &[]).status.success());
        return;
    }
    struct Unformatted;
    impl std::fmt::Display for Unformatted {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("it was formatted")
        }
    }
    detail("value", Unformatted);
}
