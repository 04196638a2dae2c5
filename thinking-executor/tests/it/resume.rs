//! What a second session executes, and what it reuses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use thinking::{ExecutorError, Panicked, Stage, Tx, stage, step};
use thinking_injection::BoxError;

use crate::lab::{Lab, Op, add, assert_kept, broken, note};
use crate::rows;

fn base() -> Vec<Op> {
    vec![
        Op::Add(1),
        Op::Group("s".to_owned(), vec![Op::Add(2), Op::Keyed("k".to_owned(), 3), Op::Add(4)]),
        Op::Group("t".to_owned(), vec![Op::Add(5)]),
    ]
}

const BASE: [&str; 5] =
    ["add[1]", "group[s]/add[2]", "group[s]/keyed[k]", "group[s]/add[4]", "group[t]/add[5]"];

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Values {
    nan: f64,
    zero: f64,
    single: f32,
    whole: (i64, u64, u128),
    text: (char, String),
    none: Option<u8>,
    some: Option<Nested>,
    bytes: Vec<u8>,
    map: BTreeMap<(u8, bool), Kind>,
    unit: (),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Nested {
    kinds: Vec<Kind>,
    empty: Vec<Nested>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Kind {
    Unit,
    One(i8),
    Two(u8, Option<f64>),
    Named { name: String },
}

#[step]
fn values(tx: &mut Tx) -> Result<Values, BoxError> {
    note(tx.path().as_str());
    let named = Kind::Named { name: "é\0".to_owned() };
    Ok(Values {
        nan: f64::from_bits(0x7ff8_0000_0000_0123),
        zero: -0.0,
        single: f32::MIN_POSITIVE,
        whole: (i64::MIN, u64::MAX, u128::MAX),
        text: ('→', String::new()),
        none: None,
        some: Some(Nested { kinds: vec![Kind::Unit, Kind::One(-1), named], empty: Vec::new() }),
        bytes: vec![0, 255],
        map: BTreeMap::from([((1, true), Kind::Two(1, None)), ((2, false), Kind::Unit)]),
        unit: (),
    })
}

#[stage]
fn valued(stage: &Stage) -> Result<Values, BoxError> {
    Ok(stage.run(values())?)
}

#[test]
fn an_identical_rerun_executes_nothing_and_gives_equal_results() {
    let lab = Lab::new();
    let first = lab.run(&base());
    assert_eq!(first.executed, BASE);
    let before = lab.rows();
    let second = lab.run(&base());
    assert_eq!(second.executed, [""; 0]);
    assert_eq!(second.result.unwrap(), first.result.unwrap());
    assert_eq!(rows::timeless(&lab.rows()), rows::timeless(&before));
}

#[test]
fn results_come_back_equal_bit_by_bit() {
    let lab = Lab::new();
    let (first, second) = (lab.session(valued()), lab.session(valued()));
    assert_eq!((first.executed.len(), second.executed.len()), (1, 0));
    let (first, second) = (first.result.unwrap(), second.result.unwrap());
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
    assert_eq!(first.nan.to_bits(), second.nan.to_bits());
    assert_eq!(first.zero.to_bits(), second.zero.to_bits());
}

#[test]
fn only_appended_steps_run() {
    let lab = Lab::new();
    lab.run(&base());
    let before = lab.rows();
    let mut longer = base();
    longer.extend([Op::Add(6), Op::Group("u".to_owned(), vec![Op::Scale(2)])]);
    let ran = lab.run(&longer);
    assert_eq!(ran.executed, ["add[6]", "group[u]/scale[2]"]);
    assert_eq!(ran.result.unwrap(), [1, 3, 6, 10, 15, 21, 42]);
    assert_kept(&before, &lab.rows());
    assert_eq!(lab.branch().0, "main");
}

/// Runs `base`, then what `change` makes of it, which must execute `expected`.
#[track_caller]
fn changed(change: impl FnOnce(&mut Vec<Op>), expected: &[&str]) {
    let (lab, undisturbed) = (Lab::new(), Lab::new());
    lab.run(&base());
    let before = lab.rows();
    let mut ops = base();
    change(&mut ops);
    let ran = lab.run(&ops);
    assert_eq!(ran.executed, expected);
    let fresh = undisturbed.run(&ops);
    assert_eq!(ran.result.unwrap(), fresh.result.unwrap());
    assert_eq!(lab.branch(), ("main-2".to_owned(), undisturbed.branch().1));
    assert_kept(&before, &lab.rows());
    assert_eq!(lab.run(&ops).executed, [""; 0], "the new branch is reused");
}

fn group(ops: &mut [Op]) -> &mut Vec<Op> {
    match &mut ops[1] {
        Op::Group(_, ops) => ops,
        other => panic!("{other:?}"),
    }
}

#[test]
fn from_a_change_on_everything_runs_on_a_new_branch() {
    let after = ["group[s]/keyed[k]", "group[s]/add[4]", "group[t]/add[5]"];
    changed(
        |ops| group(ops).insert(1, Op::Add(9)),
        &["group[s]/add[9]", after[0], after[1], after[2]],
    );
    changed(|ops| drop(group(ops).remove(0)), &after);
    changed(|ops| group(ops).swap(1, 2), &[after[1], after[0], after[2]]);
    changed(|ops| group(ops)[1] = Op::Scale(3), &["group[s]/scale[3]", after[1], after[2]]);
    changed(|ops| group(ops)[1] = Op::Keyed("k".to_owned(), 30), &after);
    changed(
        |ops| ops[1] = Op::Group("v".to_owned(), vec![Op::Add(2)]),
        &["group[v]/add[2]", "group[t]/add[5]"],
    );
    changed(|ops| ops[0] = Op::Add(10), &["add[10]", BASE[1], BASE[2], BASE[3], BASE[4]]);
    changed(
        |ops| {
            // The last step of one stage becomes the first of the next.
            let moved = group(ops).pop().unwrap();
            ops[2] = Op::Group("t".to_owned(), vec![moved, Op::Add(5)]);
        },
        &["group[t]/add[4]", "group[t]/add[5]"],
    );
}

#[test]
fn forks_of_forks_each_keep_their_history() {
    let lab = Lab::new();
    let with = |numbers: &[i64]| numbers.iter().map(|n| Op::Add(*n)).collect::<Vec<_>>();
    lab.run(&with(&[1, 2, 3, 4]));
    assert_eq!(lab.run(&with(&[1, 2, 3, 5])).executed, ["add[5]"]);
    // Below the beginning of the branch it stands on.
    assert_eq!(lab.run(&with(&[1, 6, 7])).executed, ["add[6]", "add[7]"]);
    let ran = lab.run(&with(&[1, 6, 8, 9]));
    assert_eq!(ran.executed, ["add[8]", "add[9]"]);
    assert_eq!(ran.result.unwrap(), [1, 7, 15, 24]);
    assert_eq!(lab.branch().0, "main-4");
    assert_eq!(lab.view().runs[0].branches, 4);
}

#[test]
fn steps_that_are_gone_from_the_end_are_left_on_the_old_branch() {
    let lab = Lab::new();
    lab.run(&base());
    let before = lab.rows();
    let ran = lab.run(&base()[..2]);
    assert_eq!(ran.executed, [""; 0]);
    assert_eq!(ran.result.unwrap(), [1, 3, 6, 10]);
    assert_kept(&before, &lab.rows());
    let kept: Vec<_> = BASE[..4].iter().map(|path| path.to_string()).collect();
    assert_eq!(lab.branch(), ("main-2".to_owned(), kept));
}

#[test]
fn a_failing_step_reaches_the_caller_and_the_next_session_goes_on_there() {
    let lab = Lab::new();
    let ops = [Op::Add(1), Op::Fragile(2), Op::Add(3)];
    broken(true);
    for _ in 0..2 {
        let ran = lab.run(&ops);
        let error = ran.result.unwrap_err();
        assert_eq!(error.to_string(), "step `experiment[lab]/fragile[2]` failed");
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "2 broke");
        assert_eq!(error.exit_code(), 1);
        assert_eq!(ran.executed.last().unwrap(), "fragile[2]");
        let view = lab.view().runs.remove(0);
        assert_eq!(view.failure.unwrap().causes, ["2 broke"]);
        assert_eq!(view.sessions.last().unwrap().record.outcome.as_deref(), Some("failed"));
    }
    broken(false);
    let ran = lab.run(&ops);
    assert_eq!(ran.executed, ["fragile[2]", "add[3]"]);
    assert_eq!(ran.result.unwrap(), [1, 3, 6], "the attempts left nothing in the data");
    assert_eq!(lab.branch().0, "main");
}

#[step]
fn panics(tx: &mut Tx) -> Result<(), BoxError> {
    tx.table_mut(crate::lab::NUMBERS)?.insert(&"total".to_owned(), &666)?;
    panic!("at {}", 1);
}

#[stage]
fn careless(stage: &Stage) -> Result<i64, BoxError> {
    stage.run(add(1))?;
    let error = stage.run(panics()).unwrap_err();
    let panicked = std::error::Error::source(&error).unwrap().downcast_ref::<Panicked>().unwrap();
    assert_eq!(panicked.message, "at 1");
    let place = panicked.place.as_ref().unwrap();
    assert!(place.starts_with(file!()), "{place}");
    Ok(stage.table(crate::lab::NUMBERS)?.get(&"total".to_owned())?.unwrap())
}

#[test]
fn a_panic_is_an_error_of_the_step() {
    let lab = Lab::new();
    assert_eq!(lab.session(careless()).result.unwrap(), 1);
    let failure = lab.view().runs.remove(0).failure.unwrap();
    assert!(failure.causes[0].ends_with(": at 1"), "{failure:?}");
}

/// A stage that handled a failure went on. The failure holds no position, so a rerun found the
/// next step's record where it asked for the failed one, and executed all that follows again, on
/// a new branch in every session.
#[test]
fn a_handled_failure_is_a_recorded_outcome() {
    let lab = Lab::new();
    let tried = |n| Op::Try(Box::new(Op::Fragile(n)));
    let group = |ops| Op::Try(Box::new(Op::Group("g".to_owned(), ops)));
    let ops = [
        Op::Add(1),
        tried(2),
        group(vec![Op::Add(3), Op::Fragile(4), Op::Add(9)]),
        tried(5),
        Op::Add(6),
    ];
    broken(true);
    let first = lab.run(&ops);
    assert_eq!(first.result.unwrap(), [1, -1, -1, -1, 10]);
    broken(false);
    let before = lab.rows();
    let second = lab.run(&ops);
    assert_eq!(second.executed, [""; 0]);
    assert_eq!(second.result.unwrap(), [1, -1, -1, -1, 10]);
    assert_eq!(rows::timeless(&lab.rows()), rows::timeless(&before));

    // Called with other arguments, it is not the attempt that failed.
    let ran = lab.run(&[Op::Add(1), tried(7), Op::Add(6)]);
    assert_eq!(ran.executed, ["fragile[7]", "add[6]"]);
    assert_eq!(lab.branch().0, "main-2");
}

/// The failure belongs to a session in which nothing followed; the step that stands at its place
/// was recorded without it.
#[test]
fn a_failure_of_another_session_is_not_given_for_an_inserted_step() {
    let lab = Lab::new();
    let tried = Op::Try(Box::new(Op::Fragile(2)));
    broken(true);
    lab.run(&[Op::Add(1), Op::Fragile(2)]).result.unwrap_err();
    lab.run(&[Op::Add(1), Op::Add(3)]).result.unwrap();
    broken(false);
    let ran = lab.run(&[Op::Add(1), tried, Op::Add(3)]);
    assert_eq!(ran.executed, ["fragile[2]", "add[3]"]);
}

#[test]
fn two_siblings_with_one_identity_are_an_error_that_ends_the_session() {
    let lab = Lab::new();
    let ran = lab.run(&[Op::Add(1), Op::Try(Box::new(Op::Add(1))), Op::Add(2)]);
    assert_eq!(ran.executed, ["add[1]"]);
    let error = ran.result.unwrap_err();
    assert!(matches!(error, ExecutorError::Duplicate { .. }), "{error}");
    let group = || Op::Group("g".to_owned(), vec![Op::Add(1)]);
    assert!(lab.run(&[group(), Op::Add(1)]).result.is_ok(), "in another stage it is another");
}

#[stage]
fn stubborn(stage: &Stage) -> Result<i64, BoxError> {
    let group = || crate::lab::experiment(vec![Op::Add(1)]);
    stage.run(group())?;
    assert!(stage.run(group()).is_err());
    Ok(stage.run(add(2)).unwrap_or_default())
}

/// A second stage of the same identity was reported to the stage only, which could go on; for a
/// step the session ended.
#[test]
fn a_second_stage_of_one_identity_ends_the_session_too() {
    let ran = Lab::new().session(stubborn());
    assert_eq!(ran.executed, ["experiment[lab]/add[1]"]);
    assert!(matches!(ran.result.unwrap_err(), ExecutorError::Duplicate { .. }));
}

#[step]
fn pair(first: String, second: String, tx: &mut Tx) -> Result<String, BoxError> {
    note(tx.path().as_str());
    Ok(first + &second)
}

#[stage]
fn pairs(stage: &Stage) -> Result<(String, String), BoxError> {
    let text = str::to_owned;
    Ok((stage.run(pair(text("a,"), text("b")))?, stage.run(pair(text("a"), text(",b")))?))
}

/// Keys of several arguments are joined with commas, so texts with commas made two different
/// calls one.
#[test]
fn texts_with_commas_do_not_make_two_calls_one() {
    let ran = Lab::new().session(pairs());
    assert_eq!(ran.result.unwrap(), ("a,b".to_owned(), "a,b".to_owned()));
    assert_eq!(ran.executed.len(), 2);
}

#[derive(Debug, Clone)]
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("it is a socket"))
    }
}

#[step]
fn takes(socket: Unwritable) -> Result<(), BoxError> {
    let _ = socket;
    note("run/takes");
    Ok(())
}

#[stage]
fn gives(stage: &Stage) -> Result<(), BoxError> {
    stage.run(takes(Unwritable))?;
    Ok(())
}

#[test]
fn an_argument_that_cannot_be_encoded_is_named() {
    let ran = Lab::new().session(gives());
    assert_eq!(ran.executed, [""; 0]);
    let ExecutorError::Argument { path, argument, .. } = ran.result.unwrap_err() else { panic!() };
    assert_eq!((path.identities().next(), argument), (Some("gives"), "socket"));
}

mod before {
    //! The program before a type changed that a step's function only names.

    use super::*;

    pub(super) type Measured = (u32, String);

    #[step]
    fn measure(tx: &mut Tx) -> Result<Measured, BoxError> {
        note(tx.path().as_str());
        Ok(measured())
    }

    pub(super) fn measured() -> Measured {
        (1, "one".to_owned())
    }

    #[stage(key = "types")]
    pub(super) fn experiment(stage: &Stage) -> Result<Measured, BoxError> {
        Ok(stage.run(measure())?)
    }
}

mod after {
    //! The program after it.

    use super::*;

    #[derive(Debug, Deserialize, Serialize)]
    pub(super) struct Measured {
        count: u64,
    }

    #[step]
    fn measure(tx: &mut Tx) -> Result<Measured, BoxError> {
        note(tx.path().as_str());
        Ok(measured())
    }

    fn measured() -> Measured {
        Measured { count: 1 }
    }

    #[stage(key = "types")]
    pub(super) fn experiment(stage: &Stage) -> Result<Measured, BoxError> {
        Ok(stage.run(measure())?)
    }
}

#[test]
fn a_result_of_another_type_is_an_error_that_says_what_to_do() {
    let lab = Lab::new();
    lab.session(before::experiment()).result.unwrap();
    let ran = lab.session(after::experiment());
    let error = ran.result.unwrap_err();
    assert_eq!(ran.executed, [""; 0]);
    assert_eq!(
        error.to_string(),
        "the recorded result of `experiment[types]/measure` cannot be read; if its type changed, \
         raise the step's `version`"
    );
    assert_eq!(lab.session(before::experiment()).executed, [""; 0], "nothing was changed");
}

/// A parameter hid the function of the same name, which did not compile.
#[step]
fn same(same: u32, tx: &mut Tx) -> Result<u32, BoxError> {
    let _ = tx;
    Ok(same)
}

#[test]
fn a_parameter_may_have_the_name_of_its_step() {
    let _ = same(1);
}
