//! Only a stage that came to its end is sealed, and what failed in it and was handled is given as
//! a session that replays it would.

use signal_hook::consts::SIGINT;
use thinking::{OnChange, Stage, stage};
use thinking_injection::BoxError;

use super::{NOTHING, only_bodies, ran, sealed, seals, tried};
use crate::lab::{Lab, Op, add, bodies, broken, note_body};
use crate::scripted::{self, Act, next, scripted};

/// `add[1]`, and the scripted step.
#[stage(sealed, key = "acts")]
fn acts(stage: &Stage) -> Result<i64, BoxError> {
    note_body(stage);
    let first = stage.run(add(1))?;
    stage.run(scripted("s".to_owned()))?;
    Ok(first)
}

/// Goes on whatever happens in it.
#[stage(key = "around")]
fn around(stage: &Stage) -> Result<bool, BoxError> {
    let ended = stage.attempt(acts())?.is_ok();
    stage.run(add(2))?;
    Ok(ended)
}

#[test]
fn one_that_ended_otherwise_is_not_sealed() {
    let cases =
        [Act::Breaks(1), Act::Panics, Act::Later, Act::Signal(SIGINT, Box::new(Act::Breaks(1)))];
    for act in cases {
        let (mut lab, _) = scripted::lab(std::slice::from_ref(&act));
        lab.session(acts()).result.unwrap_err();
        assert_eq!((bodies(), seals(&lab)), (vec!["acts[acts]".to_owned()], vec![]), "{act:?}");
        // The next session goes on there, and seals it.
        next(&mut lab, &[Act::Works]);
        let again = ran(lab.session(acts()));
        assert_eq!((again.0.len(), again.1.len()), (1, 1), "{act:?}");
        next(&mut lab, &[]);
        assert_eq!(ran(lab.session(acts())), NOTHING, "{act:?}");
    }
}

#[test]
fn one_whose_failure_a_stage_handled_runs_again() {
    let (mut lab, _) = scripted::lab(&[Act::Breaks(1)]);
    assert!(!lab.session(around()).result.unwrap());
    bodies();
    for _ in 0..2 {
        next(&mut lab, &[]);
        let again = lab.session(around());
        assert_eq!((again.result.unwrap(), again.executed), (false, vec![]));
        assert_eq!(bodies(), ["acts[acts]"]);
    }
    assert_eq!(seals(&lab), [""; 0]);
}

/// The last task asks the session to stop, and has done its work.
#[test]
fn one_that_is_done_when_a_signal_comes_is_sealed() {
    let (mut lab, _) = scripted::lab(&[Act::Signal(SIGINT, Box::new(Act::Works))]);
    lab.session(around()).result.unwrap_err();
    assert_eq!((bodies().len(), seals(&lab).len()), (1, 1));
    next(&mut lab, &[]);
    assert_eq!(ran(lab.session(around())).1, [""; 0]);
}

/// A stage that ignores that the session ends.
#[stage(sealed, key = "ignores")]
fn ignores(stage: &Stage) -> Result<i64, BoxError> {
    note_body(stage);
    let first = stage.run(add(1))?;
    Ok(stage.run(scripted("s".to_owned())).map_or(-1, i64::from) + first)
}

#[test]
fn one_that_goes_on_though_the_session_ends_is_not_sealed() {
    let (mut lab, _) = scripted::lab(&[Act::Later]);
    assert_eq!(lab.session(ignores()).result.unwrap_err().exit_code(), 75);
    assert_eq!((bodies().len(), seals(&lab)), (1, vec![]));
    next(&mut lab, &[Act::Works]);
    assert_eq!(lab.session(ignores()).result.unwrap(), 2);
}

#[test]
fn a_handled_failure_in_it_is_tried_again_on_request_only() {
    let mut lab = Lab::new();
    let ops = [sealed("s", &[tried(1), Op::Add(2)]), Op::Add(3), sealed("t", &[Op::Add(4)])];
    broken(true);
    lab.run(&ops).result.unwrap();
    broken(false);
    bodies();
    assert_eq!(ran(lab.run(&ops)), NOTHING);
    lab.options.retry_failed = true;
    lab.options.on_change = OnChange::Refuse;
    assert_eq!(lab.run(&ops).result.unwrap_err().exit_code(), 3);
    assert_eq!(bodies(), ["sealed[s]"]);
    lab.options.on_change = OnChange::Fork;
    let again = ran(lab.run(&ops));
    assert_eq!(again.0, ["sealed[s]/fragile[1]", "sealed[s]/add[2]", "add[3]", "sealed[t]/add[4]"]);
    assert_eq!(again.1, ["sealed[s]", "sealed[t]"]);
    // Nothing failed on this branch.
    assert_eq!(ran(lab.run(&ops)), NOTHING);
    lab.options.retry_failed = false;
    assert_eq!(ran(lab.run(&ops)), NOTHING);
    assert_eq!(lab.branch().0, "main-2");
}

#[test]
fn a_failure_at_its_end_is_given_again_with_it() {
    let mut lab = Lab::new();
    let mut ops = vec![sealed("o", &[sealed("s", &[Op::Add(2), tried(1)])])];
    broken(true);
    assert_eq!(lab.run(&ops).result.unwrap(), [2, -1]);
    broken(false);
    bodies();
    // The end of the session names it.
    for _ in 0..2 {
        assert_eq!(ran(lab.run(&ops)), NOTHING);
    }
    // The next step does.
    ops.push(Op::Add(5));
    assert_eq!(ran(lab.run(&ops)), (vec!["add[5]".to_owned()], vec![]));
    assert_eq!(ran(lab.run(&ops)), NOTHING);
    assert_eq!(lab.failures().len(), 1);

    lab.options.retry_failed = true;
    let again = ran(lab.run(&ops));
    assert_eq!(again.0, ["sealed[o]/sealed[s]/fragile[1]", "add[5]"]);
    lab.options.retry_failed = false;
    // The newer outcome is what counts, though the older seal is of this branch, too.
    assert_eq!(ran(lab.run(&ops)), NOTHING);
    assert_eq!(lab.branch().0, "main-2");
}

/// Nobody went on after the failure, so it is tried again, as it would be without a seal.
#[test]
fn a_failure_at_its_end_that_nothing_names_is_tried_again() {
    for names_it in [false, true] {
        let script: &[Act] = if names_it { &[Act::Works, Act::Later] } else { &[Act::Later] };
        let (mut lab, _) = scripted::lab(script);
        let later = || later(names_it);
        broken(true);
        assert_eq!(lab.session(later()).result.unwrap_err().exit_code(), 75);
        broken(false);
        assert_eq!((bodies().len(), seals(&lab)), (1, vec!["(0, 0) 1".to_owned()]));
        next(&mut lab, &[Act::Works]);
        let again = lab.session(later());
        match names_it {
            true => assert_eq!((again.result.unwrap(), bodies().len()), (-1, 0)),
            false => assert_eq!((again.result.unwrap(), bodies().len()), (3, 1)),
        }
        next(&mut lab, &[]);
        assert_eq!(ran(lab.session(later())), NOTHING);
    }
}

/// A sealed stage whose last step fails, and then a step that asks to go on later.
#[stage(key = "later")]
fn later(names_it: bool, stage: &Stage) -> Result<i64, BoxError> {
    let last = stage.run(fails_last())?;
    if names_it {
        stage.run(scripted("between".to_owned()))?;
    }
    stage.run(scripted("later".to_owned()))?;
    Ok(last)
}

#[stage(sealed)]
fn fails_last(stage: &Stage) -> Result<i64, BoxError> {
    note_body(stage);
    stage.run(add(2))?;
    Ok(stage.attempt(fragile_last())?.unwrap_or(-1))
}

#[thinking::step]
fn fragile_last() -> Result<i64, BoxError> {
    match crate::lab::is_broken() {
        true => Err("it broke".into()),
        false => Ok(3),
    }
}

/// A failure of a stage's own is one of its body, which is given with the seal.
#[stage]
fn fails(stage: &Stage) -> Result<i64, BoxError> {
    stage.run(add(1))?;
    match crate::lab::is_broken() {
        true => Err("it broke".into()),
        false => Ok(7),
    }
}

#[stage(sealed)]
fn handles(stage: &Stage) -> Result<i64, BoxError> {
    note_body(stage);
    let outcome = stage.attempt(fails())?.unwrap_or(-1);
    stage.run(add(2))?;
    Ok(outcome)
}

#[test]
fn a_failure_of_a_stage_in_it_is_looked_at_again_on_request_only() {
    let mut lab = Lab::new();
    broken(true);
    assert_eq!(lab.session(handles()).result.unwrap(), -1);
    broken(false);
    bodies();
    let again = lab.session(handles());
    assert_eq!((again.result.unwrap(), bodies().len()), (-1, 0));
    lab.options.retry_failed = true;
    let again = lab.session(handles());
    assert_eq!((again.result.unwrap(), again.executed, bodies().len()), (7, vec![], 1));
    lab.options.retry_failed = false;
    assert_eq!(ran(lab.session(handles())), NOTHING);
}

/// A process that is killed between the last step and the seal loses the seal, and nothing else.
#[test]
fn without_its_seal_the_body_runs_and_seals_it() {
    let lab = Lab::new();
    let ops = [sealed("s", &[Op::Add(1), Op::Add(2)])];
    lab.run(&ops).result.unwrap();
    bodies();
    let database = redb::Database::open(lab.file()).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(crate::rows::SEALS).unwrap().pop_last().unwrap().unwrap();
    transaction.commit().unwrap();
    drop(database);
    assert_eq!(ran(lab.run(&ops)), only_bodies(&["sealed[s]"]));
    assert_eq!(ran(lab.run(&ops)), NOTHING);
}
