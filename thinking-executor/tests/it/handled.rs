//! Failures that a stage handles: values, recorded, and given again.

use std::error::Error;

use thinking::{ExecutorError, OnChange, Stage, TaskFailure, stage};
use thinking_injection::BoxError;

use crate::lab::{Lab, Op, add, assert_kept, broken};
use crate::rows;
use crate::scripted::{Act, Broken, lab, next, scripted};

fn tried(n: i64) -> Op {
    Op::Try(Box::new(Op::Fragile(n)))
}

/// What was handled at the end of a run was tried again in every session.
#[test]
fn a_failure_that_nothing_follows_is_given_again() {
    let mut lab = Lab::new();
    let group = Op::Try(Box::new(Op::Group("g".to_owned(), vec![Op::Fragile(3)])));
    let ops = [Op::Add(1), tried(2), group.clone()];
    broken(true);
    assert_eq!(lab.run(&ops).result.unwrap(), [1, -1, -1]);
    broken(false);
    for _ in 0..2 {
        let ran = lab.run(&ops);
        assert_eq!((ran.executed, ran.result.unwrap()), (Vec::new(), vec![1, -1, -1]));
    }

    // Sessions that end otherwise do not change that.
    lab.options.signals.raise(signal_hook::consts::SIGINT);
    lab.run(&ops).result.unwrap_err();
    lab.options.signals = thinking::Signals::none();
    assert_eq!(lab.run(&ops).executed, [""; 0]);

    // What is appended goes on from there, and the failures are its record's.
    let longer = [&ops[..], &[Op::Add(4)]].concat();
    assert_eq!(lab.run(&longer).executed, ["add[4]"]);
    assert_eq!(lab.run(&longer).executed, [""; 0]);
    assert_eq!(lab.branch().0, "main");
}

#[test]
fn a_failure_at_the_end_that_changed_is_tried_again() {
    let mut lab = Lab::new();
    lab.options.on_change = OnChange::Refuse;
    broken(true);
    lab.run(&[Op::Add(1), tried(2)]).result.unwrap();
    let ran = lab.run(&[Op::Add(1), tried(3)]);
    assert_eq!((ran.executed, ran.result.unwrap()), (vec!["fragile[3]".to_owned()], vec![1, -1]));
    // It is the last session that counts.
    let ran = lab.run(&[Op::Add(1), tried(2)]);
    assert_eq!(ran.executed, ["fragile[2]"]);
    broken(false);
}

#[test]
fn a_failure_that_ended_the_session_was_not_handled() {
    let lab = Lab::new();
    broken(true);
    lab.run(&[Op::Add(1), tried(2), Op::Fragile(3)]).result.unwrap_err();
    broken(false);
    let ran = lab.run(&[Op::Add(1), tried(2), Op::Fragile(3)]);
    assert_eq!(ran.executed, ["fragile[2]", "fragile[3]"]);
}

#[test]
fn failed_tasks_are_tried_again_on_request() {
    let mut lab = Lab::new();
    let ops = [Op::Add(1), tried(2), Op::Add(3), tried(4)];
    broken(true);
    assert_eq!(lab.run(&ops).result.unwrap(), [1, -1, 4, -1]);
    let before = lab.rows();
    broken(false);

    lab.options.retry_failed = true;
    lab.options.on_change = OnChange::Refuse;
    let error = lab.run(&ops).result.unwrap_err();
    assert_eq!(error.exit_code(), 3);
    let text = error.to_string();
    assert!(text.starts_with("`experiment[lab]/fragile[2]` cannot be reused\n  - it failed, and is to be tried again\nat stake: 1 finished step,"), "{text}");

    lab.options.on_change = OnChange::Fork;
    let ran = lab.run(&ops);
    assert_eq!(ran.executed, ["fragile[2]", "add[3]", "fragile[4]"]);
    assert_eq!(ran.result.unwrap(), [1, 3, 6, 10]);
    assert_kept(&before, &lab.rows());
    assert_eq!(lab.branch().0, "main-2");
}

#[test]
fn at_the_end_nothing_is_at_stake_when_failed_tasks_are_tried_again() {
    let mut lab = Lab::new();
    broken(true);
    lab.run(&[Op::Add(1), tried(2)]).result.unwrap();
    broken(false);
    lab.options.retry_failed = true;
    lab.options.on_change = OnChange::Refuse;
    assert_eq!(lab.run(&[Op::Add(1), tried(2)]).result.unwrap(), [1, 3]);
    assert_eq!(lab.branch().0, "main");
}

/// Tries a step, which fails, and goes another way.
#[stage(key = "s")]
fn tries(stage: &Stage) -> Result<(String, u32), BoxError> {
    let failure = stage.attempt(scripted("a".to_owned()).retries(1).jitter(false))?.unwrap_err();
    let text = format!("{failure}, {}", failure.source);
    Ok((text, stage.run(scripted("b".to_owned()))?))
}

#[test]
fn a_failure_is_a_value_with_its_path_error_and_attempts() {
    let (mut lab, _) = lab(&[Act::Breaks(1), Act::Breaks(2), Act::Works]);
    let expected = ("step `tries[s]/scripted[a]` failed 2 times, broken: 2".to_owned(), 1);
    assert_eq!(lab.session(tries()).result.unwrap(), expected);
    next(&mut lab, &[]);
    assert_eq!(lab.session(tries()).result.unwrap(), expected);
}

/// A stage that fails by its own code after its steps, inside one that handles it.
#[stage(key = "s")]
fn broken_stage(stage: &Stage) -> Result<(), BoxError> {
    stage.run(add(1))?;
    Err(Broken(9).into())
}

#[stage(key = "s")]
fn around(stage: &Stage) -> Result<(String, i64), BoxError> {
    let failure: TaskFailure = stage.attempt(broken_stage())?.unwrap_err();
    // A stage's code runs in every session, and with it its error.
    assert_eq!(failure.source.downcast_ref(), Some(&Broken(9)));
    assert_eq!(Error::source(&failure).unwrap().downcast_ref(), Some(&Broken(9)));
    Ok((failure.to_string(), stage.run(add(2))?))
}

#[test]
fn a_stage_that_failed_inside_and_was_handled_fails_again_and_nothing_is_repeated() {
    let lab = Lab::new();
    let expected = ("stage `around[s]/broken_stage[s]` failed".to_owned(), 3);
    assert_eq!(lab.session(around()).result.unwrap(), expected);
    let before = lab.rows();
    let ran = lab.session(around());
    assert_eq!((ran.executed, ran.result.unwrap()), (Vec::new(), expected));
    assert_eq!(rows::timeless(&lab.rows()), rows::timeless(&before));
}

/// Passes a failure up that it had as a value, in both ways.
#[stage(key = "{twice}")]
fn passes(twice: bool, stage: &Stage) -> anyhow::Result<u32> {
    let outcome = stage.attempt(scripted("s".to_owned()))?;
    match (outcome, twice) {
        (Err(failure), true) => Err(ExecutorError::from(failure))?,
        (outcome, _) => Ok(outcome?),
    }
}

#[test]
fn a_failure_that_is_passed_up_is_the_step_s_again() {
    for twice in [false, true] {
        let (lab, _) = lab(&[Act::Breaks(1)]);
        let error = lab.session(passes(twice)).result.unwrap_err();
        assert_eq!(error.to_string(), format!("step `passes[{twice}]/scripted[s]` failed"));
        assert_eq!(error.source().unwrap().downcast_ref(), Some(&Broken(1)));
    }
}

/// Retries by itself, each time as another occurrence.
#[stage(key = "s")]
fn patient(stage: &Stage) -> Result<u32, BoxError> {
    for n in 1..=3 {
        if stage.attempt(scripted("s".to_owned()).occurrence(n))?.is_ok() {
            return Ok(n);
        }
    }
    Err("three times are enough".into())
}

#[test]
fn a_stage_can_run_a_failed_step_once_more() {
    let (mut lab, _) = lab(&[Act::Breaks(1), Act::Breaks(2), Act::Works]);
    let ran = lab.session(patient());
    assert_eq!(ran.executed, ["scripted[s]", "scripted[s]#2", "scripted[s]#3"]);
    assert_eq!(ran.result.unwrap(), 3);
    next(&mut lab, &[]);
    let ran = lab.session(patient());
    assert_eq!((ran.executed, ran.result.unwrap()), (Vec::new(), 3));
    assert_eq!(lab.branch(), ("main".to_owned(), vec!["scripted[s]#3".to_owned()]));
}

#[stage(key = "s")]
fn occurrences(second: u32, stage: &Stage) -> Result<i64, BoxError> {
    stage.run(add(1))?;
    stage.run(crate::lab::experiment(vec![]))?;
    stage.run(crate::lab::experiment(vec![Op::Add(5)]).occurrence(2))?;
    Ok(stage.run(add(1).occurrence(second))?)
}

#[test]
fn occurrences_are_counted_from_the_plain_one() {
    let lab = Lab::new();
    let ran = lab.session(occurrences(2));
    assert_eq!(ran.executed, ["add[1]", "experiment[lab]#2/add[5]", "add[1]#2"]);
    assert_eq!(ran.result.unwrap(), 7);
    for (second, expected) in [
        (0, "`occurrences[s]/add[1]` is run as occurrence 0 at"),
        (1, "two tasks are `occurrences[s]/add[1]`, the first at"),
    ] {
        let error = Lab::new().session(occurrences(second)).result.unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert_eq!(error.exit_code(), 1);
    }
}

#[stage(key = "s")]
fn twice(stage: &Stage) -> Result<(), BoxError> {
    stage.run(add(1))?;
    let _ = stage.attempt(add(1));
    Ok(())
}

#[test]
fn two_siblings_with_one_identity_are_named_with_both_places() {
    let error = Lab::new().session(twice()).result.unwrap_err();
    let ExecutorError::Duplicate { first, second, .. } = &error else { panic!("{error}") };
    assert_eq!((first.file(), second.file()), (file!(), file!()));
    assert_eq!(first.line() + 1, second.line());
    let expected = format!(
        "two tasks are `twice[s]/add[1]`, the first at {first}, the second at {second}: give them \
         different arguments or keys, or call the later one with `.occurrence(2)`"
    );
    assert_eq!(error.to_string(), expected);
}
