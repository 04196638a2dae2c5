//! A step that fails is tried again, as its policy says.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use signal_hook::consts::SIGTERM;
use thinking::{ExecutorError, Panicked, Stage, SystemClock, Tx, stage, step};
use thinking_injection::BoxError;

use crate::clock::Log;
use crate::lab::{Lab, Op, broken};
use crate::scripted::{Act, Broken, Plan, lab, next, outer, raise, scripted};

const SECOND: Duration = Duration::from_secs(1);
const RETRIES: Plan = Plan { retries: 3, timeout: None, only_broken: false };

#[test]
fn attempts_are_recorded_logged_and_leave_nothing_in_the_data() {
    let (log, _guard) = Log::collect();
    let (lab, time) = lab(&[Act::Breaks(1), Act::Panics, Act::Works]);
    let ran = lab.session(outer(RETRIES));
    assert_eq!(ran.result.unwrap(), (3, 9));
    assert_eq!(time.waits(), [SECOND, 2 * SECOND]);
    let failures = lab.failures();
    let numbers: Vec<_> = failures.iter().map(|f| (&f["attempt"], &f["of"])).collect();
    assert_eq!(numbers, [(&1.into(), &4.into()), (&2.into(), &4.into())]);
    assert_eq!(failures[0]["causes"][0], "broken: 1");
    let warnings = log.warnings();
    assert_eq!(warnings[0], "attempt 1 of 4 failed: broken: 1; again in 1.0s");
    assert!(warnings[1].starts_with("attempt 2 of 4 failed: panic at thinking-executor/tests/it"));
    assert!(warnings[1].ends_with(": out of order; again in 2.0s"), "{}", warnings[1]);
    assert_eq!(warnings.len(), 2);
    // Nothing of it is done again, and the policy is no part of the fingerprint.
    let again = lab.session(outer(Plan::default()));
    assert_eq!((again.executed, again.result.unwrap()), (Vec::new(), (3, 9)));
    assert_eq!(lab.branch().0, "main");
}

#[test]
fn the_last_attempt_gives_its_error_to_the_caller() {
    let (log, _guard) = Log::collect();
    let acts: Vec<_> = (1..=4).map(Act::Breaks).collect();
    let (mut lab, time) = lab(&acts);
    let ran = lab.session(outer(RETRIES));
    let error = ran.result.unwrap_err();
    assert_eq!(error.to_string(), "step `outer[lab]/inner[lab]/scripted[s]` failed 4 times");
    assert!(matches!(error, ExecutorError::Step { attempts: 4, .. }));
    assert_eq!(error.source().unwrap().downcast_ref(), Some(&Broken(4)));
    assert_eq!(time.waits(), [SECOND, 2 * SECOND, 3 * SECOND]);
    assert_eq!(log.warnings()[3], "attempt 4 of 4 failed: broken: 4; it was the last");
    assert_eq!(lab.failures().len(), 4);
    // The next session begins to count anew.
    next(&mut lab, &[Act::Works]);
    assert_eq!(lab.session(outer(RETRIES)).result.unwrap(), (1, 9));
}

#[test]
fn a_predicate_decides_by_the_error_itself() {
    let (log, _guard) = Log::collect();
    let (mut lab, time) = lab(&[Act::Breaks(1), Act::Io(io::ErrorKind::NotFound)]);
    let plan = Plan { only_broken: true, ..RETRIES };
    let error = lab.session(outer(plan)).result.unwrap_err();
    assert!(matches!(error, ExecutorError::Step { attempts: 2, .. }));
    let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(source.kind(), io::ErrorKind::NotFound);
    assert_eq!(time.waits(), [SECOND]);
    assert_eq!(
        log.warnings()[1],
        "attempt 2 of 4 failed: broken: 0; `retry_if` says that another would not help"
    );
    next(&mut lab, &[Act::Panics]);
    let error = lab.session(outer(plan)).result.unwrap_err();
    assert!(error.source().unwrap().is::<Panicked>());
}

#[test]
fn a_signal_ends_a_pause() {
    let (mut lab, time) = lab(&[Act::Breaks(1)]);
    time.during_waits(|| raise(SIGTERM));
    let ran = lab.session(outer(RETRIES));
    assert_eq!(ran.executed, ["add[1]", "inner[lab]/scripted[s]"]);
    let error = ran.result.unwrap_err();
    assert!(matches!(error, ExecutorError::Interrupted { signal: SIGTERM }), "{error}");
    assert_eq!(error.exit_code(), 143);
    let record = lab.last_session();
    assert_eq!(record.outcome.as_deref(), Some("interrupted"));
    let interrupted: Vec<_> = record.ending.unwrap().interrupted;
    let interrupted: Vec<_> = interrupted.iter().map(|path| path.as_str()).collect();
    assert_eq!(interrupted, ["outer[lab]", "outer[lab]/inner[lab]"]);
    next(&mut lab, &[Act::Works]);
    assert_eq!(lab.session(outer(RETRIES)).result.unwrap(), (1, 9));
}

fn raising(_: &(dyn Error + 'static)) -> bool {
    raise(SIGTERM);
    true
}

#[stage]
fn patient(stage: &Stage) -> Result<u32, BoxError> {
    let step = scripted("s".to_owned()).retries(1).retry_if(raising);
    Ok(stage.run(step.backoff(3600 * SECOND, 3600 * SECOND))?)
}

/// By the machine's clock: the pause is an hour, and the test does not wait for it.
#[test]
fn a_signal_ends_a_pause_of_the_machine_s_clock() {
    let (mut lab, _) = lab(&[Act::Breaks(1)]);
    lab.options.clock = Arc::new(SystemClock::new());
    let error = lab.session(patient()).result.unwrap_err();
    assert!(matches!(error, ExecutorError::Interrupted { signal: SIGTERM }), "{error}");
    assert_eq!(lab.failures().len(), 1);
}

fn is_io(error: &(dyn Error + 'static)) -> bool {
    error.is::<io::Error>()
}

/// The options of the attribute, with an error that passes through `anyhow`.
#[step(retries = 2, backoff = "1h 30m".."2h", jitter = false, retry_if = is_io, timeout = "3h")]
fn declared(tx: &mut Tx) -> anyhow::Result<u32> {
    match tx.attempt() {
        3 => Ok(3),
        _ => Err(io::Error::other("busy"))?,
    }
}

#[step(retries = 1, backoff = "90s")]
fn jittery(tx: &mut Tx) -> anyhow::Result<u32> {
    anyhow::ensure!(tx.attempt() == 2, "the first");
    Ok(2)
}

#[stage]
fn attributes(stage: &Stage) -> Result<u32, BoxError> {
    Ok(stage.run(declared())? + stage.run(jittery())?)
}

#[test]
fn options_of_the_attribute() {
    let (lab, time) = lab(&[]);
    assert_eq!(lab.session(attributes()).result.unwrap(), 5);
    let waits = time.waits();
    assert_eq!(waits[..2], [5400 * SECOND, 7200 * SECOND]);
    assert!(45 * SECOND <= waits[2] && waits[2] <= 90 * SECOND, "{waits:?}");
    assert_eq!(waits.len(), 3);
}

#[test]
fn a_step_that_failed_often_and_was_handled_is_one_outcome() {
    let lab = Lab::new();
    let ops = [Op::Flaky(1, 2), Op::Try(Box::new(Op::Flaky(2, 3))), Op::Flaky(3, 1)];
    broken(true);
    assert_eq!(lab.run(&ops).result.unwrap(), [1, -1, 4]);
    assert_eq!(lab.failures().len(), 6);
    broken(false);
    let ran = lab.run(&ops);
    assert_eq!((ran.executed, ran.result.unwrap()), (Vec::new(), vec![1, -1, 4]));
}
