//! A step that takes too long has failed, whatever it returns.

use std::error::Error;
use std::time::Duration;

use signal_hook::consts::SIGINT;
use thinking::{ExecutorError, TimedOut};

use crate::clock::Log;
use crate::scripted::{Act, Plan, cancelled, lab, logging_to, next, outer};

const SECOND: Duration = Duration::from_secs(1);
const PLAN: Plan = Plan { retries: 0, timeout: Some(Duration::from_secs(600)), only_broken: false };

const HALF: &str = "half of its 10m is gone";
const GONE: &str = "its 10m is gone: it is asked to stop, and nothing it still does will be kept";

fn takes(seconds: u32, line: &'static str, then: Act) -> Act {
    Act::Takes(seconds * SECOND, line, Box::new(then))
}

#[test]
fn a_late_result_is_an_error_and_leaves_nothing() {
    let (log, _guard) = Log::collect();
    logging_to(&log);
    let (mut lab, _) = lab(&[takes(300, HALF, takes(330, GONE, Act::Works))]);
    let error = lab.session(outer(PLAN)).result.unwrap_err();
    assert_eq!(error.exit_code(), 1);
    let late = error.source().unwrap();
    assert_eq!(late.to_string(), "it took 10m 30s, and its time limit is 10m");
    let expected = TimedOut { limit: 600 * SECOND, took: 630 * SECOND };
    assert_eq!(late.downcast_ref(), Some(&expected));
    assert_eq!(cancelled(), [true]);
    assert_eq!(log.warnings(), [HALF, GONE]);
    assert_eq!(lab.failures()[0]["causes"][0], late.to_string());
    assert_eq!(lab.failures()[0]["took"], 630_000_000_000_u64);
    assert_eq!(lab.branch().1, ["add[1]"]);

    next(&mut lab, &[takes(599, HALF, Act::Works)]);
    assert_eq!(lab.session(outer(PLAN)).result.unwrap(), (1, 9));
    assert_eq!(cancelled(), [false]);
}

#[test]
fn an_error_of_a_late_step_is_a_time_limit_too() {
    let (log, _guard) = Log::collect();
    logging_to(&log);
    let (lab, _) = lab(&[takes(600, GONE, Act::Breaks(1))]);
    let error = lab.session(outer(PLAN)).result.unwrap_err();
    assert!(error.source().unwrap().is::<TimedOut>());
    assert_eq!(log.warnings(), [HALF, GONE, "it ended with: broken: 1"]);
}

#[test]
fn each_attempt_has_the_whole_time() {
    let (lab, _) = lab(&[
        takes(400, "", Act::Breaks(1)),
        takes(700, "", Act::Works),
        takes(400, "", Act::Works),
    ]);
    let plan = Plan { retries: 2, ..PLAN };
    assert_eq!(lab.session(outer(plan)).result.unwrap(), (3, 9));
    let causes: Vec<_> = lab.failures().iter().map(|f| f["causes"][0].clone()).collect();
    assert_eq!(causes, ["broken: 1", "it took 11m 40s, and its time limit is 10m"]);
}

#[test]
fn a_signal_counts_more_than_the_limit() {
    let (lab, _) = lab(&[Act::Signal(SIGINT, Box::new(takes(700, "", Act::Works)))]);
    let error = lab.session(outer(PLAN)).result.unwrap_err();
    assert!(matches!(error, ExecutorError::Interrupted { signal: SIGINT }), "{error}");
    assert_eq!(lab.failures(), [0; 0]);
}
