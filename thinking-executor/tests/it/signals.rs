//! What a signal does between steps and inside one.

use std::cell::RefCell;

use signal_hook::consts::{SIGINT, SIGTERM};
use thinking::{ExecutorError, Signals, Stage, Tx, stage, step};
use thinking_injection::BoxError;

use crate::lab::{Lab, Op, Ran, add, note};

thread_local! {
    static SIGNALS: RefCell<Signals> = RefCell::new(Signals::none());
}

/// A laboratory whose signals the tasks of this thread can raise.
fn lab() -> Lab {
    let mut lab = Lab::new();
    restart(&mut lab);
    lab
}

/// A new process hears no old signals.
fn restart(lab: &mut Lab) {
    lab.options.signals = Signals::none();
    SIGNALS.set(lab.options.signals.clone());
}

fn raise(signal: i32) {
    SIGNALS.with_borrow(|signals| signals.raise(signal));
}

/// A step during which the signal comes, if one does.
#[step(key = "step")]
fn long(signal: Option<i32>, fails: bool, tx: &mut Tx) -> Result<i64, BoxError> {
    note(tx.path().as_str());
    signal.into_iter().for_each(raise);
    assert_eq!(tx.cancelled(), SIGNALS.with_borrow(Signals::received).is_some());
    match fails {
        true => Err("gave up".into()),
        false => Ok(0),
    }
}

/// When the signal comes, and what the stage makes of it.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
enum When {
    Never,
    Between,
    Swallowed,
    Polite,
}

#[stage(key = "signals")]
fn signalled(when: When, stage: &Stage) -> Result<i64, BoxError> {
    stage.run(add(1))?;
    if when != When::Never {
        raise(SIGINT);
    }
    match when {
        When::Swallowed => {
            assert!(stage.run(add(2)).is_err() && stage.run(add(3)).is_err());
            return Ok(-1);
        }
        When::Polite if stage.cancelled() => return Ok(-1),
        _ => {}
    }
    stage.run(add(2))?;
    Ok(stage.run(add(3))?)
}

#[stage(key = "signals")]
fn during(signal: Option<i32>, fails: bool, stage: &Stage) -> Result<i64, BoxError> {
    stage.run(add(1))?;
    stage.run(long(signal, fails))?;
    Ok(stage.run(add(2))?)
}

#[track_caller]
fn assert_interrupted<T: std::fmt::Debug>(lab: &Lab, ran: Ran<T>, executed: &[&str], exit: u8) {
    assert_eq!(ran.executed, executed);
    let error = ran.result.unwrap_err();
    assert!(matches!(error, ExecutorError::Interrupted { .. }), "{error}");
    assert_eq!(error.exit_code(), exit);
    let sessions = &lab.view().runs[0].sessions;
    assert_eq!(sessions.last().unwrap().record.outcome.as_deref(), Some("interrupted"));
}

#[test]
fn between_steps_none_begins_and_a_rerun_goes_on() {
    for when in [When::Between, When::Swallowed, When::Polite] {
        let mut first = lab();
        let ran = first.session(signalled(when));
        assert_interrupted(&first, ran, &["add[1]"], 130);
        restart(&mut first);
        let ran = first.session(signalled(When::Never));
        assert_eq!(ran.executed, ["add[2]", "add[3]"]);
        assert_eq!(ran.result.unwrap(), 6);
        assert_eq!(first.branch().0, "main");
    }
}

#[test]
fn inside_a_step_it_may_finish_and_is_recorded() {
    let lab = lab();
    let ran = lab.session(during(Some(SIGTERM), false));
    assert_interrupted(&lab, ran, &["add[1]", "long[step]"], 143);
    assert_eq!(lab.branch().1, ["add[1]", "long[step]"]);
}

#[test]
fn a_step_that_gives_up_for_a_signal_did_not_fail() {
    let mut lab = lab();
    let ran = lab.session(during(Some(SIGINT), true));
    assert_eq!(ran.executed.len(), 2);
    assert!(matches!(ran.result, Err(ExecutorError::Interrupted { signal: SIGINT })));
    assert!(lab.view().runs[0].failure.is_none());
    restart(&mut lab);
    let ran = lab.session(during(None, false));
    assert_eq!(ran.executed.len(), 2);
    assert_eq!(ran.result.unwrap(), 3);
}

#[test]
fn after_the_last_step_it_is_done() {
    let lab = lab();
    assert!(lab.run(&[Op::Add(1)]).result.is_ok());
    raise(SIGINT);
    assert_interrupted(&lab, lab.run(&[Op::Add(1)]), &[], 130);
}

/// A stage that asked whether it should stop, and did, was taken for one that was done: finished
/// steps after that place were left behind on an old branch, and the exit code was 0.
#[test]
fn a_stage_that_stops_when_it_is_asked_to_is_interrupted_and_leaves_nothing_behind() {
    let mut lab = lab();
    assert_eq!(lab.session(signalled(When::Never)).result.unwrap(), 6);
    let ran = lab.session(signalled(When::Polite));
    assert_interrupted(&lab, ran, &[], 130);
    restart(&mut lab);
    assert_eq!(lab.session(signalled(When::Never)).executed, [""; 0]);
    assert_eq!(lab.branch().0, "main");
}
