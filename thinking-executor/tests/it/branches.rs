//! Older branches: gone on with where they have what is asked for, made and switched on request.

use std::collections::HashSet;
use std::sync::Arc;

use proptest::prelude::*;
use thinking::{BranchError, OnChange, Store};
use thinking_dbs::{Database, DatabaseError};

use crate::lab::{Lab, Op, assert_kept};

fn adds(numbers: &[i64]) -> Vec<Op> {
    numbers.iter().map(|n| Op::Add(*n)).collect()
}

fn store(lab: &Lab) -> Store {
    Store::open(Arc::new(Database::open("lab", &lab.file()).unwrap())).unwrap()
}

fn branch(lab: &Lab) -> String {
    lab.branch().0
}

#[test]
fn going_back_to_an_earlier_program_runs_nothing() {
    let mut lab = Lab::new();
    let (one, other) = (adds(&[1, 2, 3]), adds(&[1, 5, 3]));
    let first = lab.run(&one).result.unwrap();
    assert_eq!(lab.run(&other).executed, ["add[5]", "add[3]"]);
    // Nothing is executed, so there is nothing to ask.
    lab.options.on_change = OnChange::Refuse;
    for _ in 0..3 {
        let ran = lab.run(&one);
        assert_eq!((ran.executed, ran.result.unwrap()), (vec![], first.clone()));
        assert_eq!(branch(&lab), "main");
        assert_eq!(lab.run(&other).executed, [""; 0]);
        assert_eq!(branch(&lab), "main-2");
    }
    assert_eq!(lab.view().runs[0].branches, 2);
}

#[test]
fn a_branch_of_a_branch_is_found_step_by_step() {
    let mut lab = Lab::new();
    for program in [&[1, 2, 3, 4][..], &[1, 2, 3, 5], &[1, 6], &[1, 6, 7, 8], &[1, 2, 9]] {
        lab.run(&adds(program)).result.unwrap();
    }
    lab.options.on_change = OnChange::Refuse;
    for program in [&[1, 2, 3, 5][..], &[1, 6, 7, 8], &[1, 2, 3, 4], &[1, 2, 9]] {
        assert_eq!(lab.run(&adds(program)).executed, [""; 0], "{program:?}");
    }
}

/// A branch that a shorter program ended on is empty: nothing differs there.
#[test]
fn a_longer_program_goes_back_to_where_its_steps_are() {
    let lab = Lab::new();
    let (long, short) = (adds(&[1, 2, 3, 4]), adds(&[1, 2]));
    lab.run(&long).result.unwrap();
    for _ in 0..3 {
        assert_eq!(lab.run(&short).executed, [""; 0]);
        assert_eq!(branch(&lab), "main-2");
        assert_eq!(lab.run(&long).executed, [""; 0]);
        assert_eq!(branch(&lab), "main");
    }
    assert_eq!(lab.view().runs[0].branches, 2, "the empty branch is used again");
}

#[test]
fn only_what_another_branch_lacks_is_executed() {
    let lab = Lab::new();
    lab.run(&adds(&[1, 2])).result.unwrap();
    lab.run(&adds(&[1, 3])).result.unwrap();
    assert_eq!(lab.run(&adds(&[1, 2, 4])).executed, ["add[4]"]);
    assert_eq!(
        lab.branch(),
        ("main".to_owned(), ["add[1]", "add[2]", "add[4]"].map(str::to_owned).into())
    );
}

#[test]
fn after_a_rollback_the_steps_run_again() {
    let lab = Lab::new();
    let program = adds(&[1, 2, 3]);
    lab.run(&program).result.unwrap();
    let before = lab.rows();
    let change = store(&lab).roll_back_to("add[1]").unwrap().unwrap();
    assert_eq!((&*change.left, &*change.branch), ("main", "main-2"));
    assert_eq!((change.steps, change.behind), (1, 2));
    assert_kept(&before, &lab.rows());
    assert_eq!(lab.branch(), ("main-2".to_owned(), vec!["add[1]".to_owned()]));
    assert_eq!(lab.run(&program).executed, ["add[2]", "add[3]"]);
    assert_eq!(lab.run(&program).executed, [""; 0]);
    assert_eq!(branch(&lab), "main-2");
    // And what was left can be gone back to.
    let change = store(&lab).switch_to("main").unwrap();
    assert_eq!((&*change.left, change.steps, change.behind), ("main-2", 3, 2));
    assert_eq!(lab.run(&program).executed, [""; 0]);
    assert_eq!(branch(&lab), "main");
}

/// Of two that fit, the one that was executed last is what a person went back for.
#[test]
fn the_steps_that_were_run_again_are_those_that_count() {
    let lab = Lab::new();
    lab.run(&adds(&[1, 2])).result.unwrap();
    store(&lab).roll_back_to("add[1]").unwrap().unwrap();
    lab.run(&adds(&[1, 2])).result.unwrap();
    lab.run(&adds(&[1, 3])).result.unwrap();
    assert_eq!(lab.run(&adds(&[1, 2])).executed, [""; 0]);
    assert_eq!(branch(&lab), "main-2");
}

#[test]
fn a_rollback_to_the_last_step_does_nothing() {
    let lab = Lab::new();
    lab.run(&adds(&[1, 2])).result.unwrap();
    let before = lab.rows();
    assert_eq!(store(&lab).roll_back_to("add[2]").unwrap(), None);
    assert_eq!(store(&lab).roll_back_to("experiment[lab]").unwrap(), None);
    assert_eq!(lab.rows(), before);
}

#[test]
fn a_fork_on_request_has_its_name_and_begins_behind_a_step_or_a_stage() {
    let lab = Lab::new();
    let group = |name: &str, numbers| Op::Group(name.to_owned(), adds(numbers));
    let program = [group("a", &[1, 2]), group("b", &[3])];
    lab.run(&program).result.unwrap();
    let change = store(&lab).fork_at("group[a]", Some("trial")).unwrap();
    assert_eq!((&*change.branch, change.steps, change.behind), ("trial", 2, 1));
    assert_eq!(lab.run(&program).executed, ["group[b]/add[3]"]);
    let change = store(&lab).fork_at("main:experiment[lab]/group[a]/add[1]", None).unwrap();
    assert_eq!((&*change.left, &*change.branch, change.steps), ("trial", "main-3", 1));
    assert_eq!(lab.run(&program).executed, ["group[a]/add[2]", "group[b]/add[3]"]);
    store(&lab).switch_to("trial").unwrap();
    assert_eq!(lab.run(&program).executed, [""; 0]);
    assert_eq!(branch(&lab), "trial");
}

#[test]
fn a_fork_shares_the_state_at_its_place() {
    let lab = Lab::new();
    lab.run(&adds(&[1, 2, 3])).result.unwrap();
    store(&lab).fork_at("add[2]", Some("trial")).unwrap();
    assert_eq!(lab.run(&adds(&[1, 2, 10])).result.unwrap(), [1, 3, 13]);
}

#[test]
fn wrong_places_and_names_change_nothing_and_say_what_there_is() {
    let lab = Lab::new();
    let text =
        |result: Result<thinking::BranchChange, BranchError>| result.unwrap_err().to_string();
    assert_eq!(
        text(store(&lab).fork_at("add[1]", None)),
        "nothing has run yet, so there is no branch"
    );
    assert_eq!(text(store(&lab).switch_to("x")), "nothing has run yet, so there is no branch");
    let group = |name: &str| Op::Group(name.to_owned(), adds(&[1]));
    lab.run(&[group("a"), group("b")]).result.unwrap();
    lab.run(&[group("a"), group("c")]).result.unwrap();
    let before = lab.rows();
    let error = text(store(&lab).fork_at("add[7]", None));
    assert!(error.starts_with("no task ends with `add[7]` on branch `main-2`"), "{error}");
    let error = text(store(&lab).fork_at("add[1]", None));
    assert!(error.contains("group[a]/add[1]") && error.contains("group[c]/add[1]"), "{error}");
    for name in ["", "a b", "a:b", "a/b", "1a", "-a", "ä", &"a".repeat(65)] {
        let error = text(store(&lab).fork_at("group[a]/add[1]", Some(name)));
        assert!(error.starts_with(&format!("`{name}` is no name for a branch")), "{error}");
    }
    for name in ["main", "main-2"] {
        let error = text(store(&lab).fork_at("group[a]/add[1]", Some(name)));
        assert_eq!(error, format!("there is a branch `{name}` already"));
    }
    for name in ["trunk", "group[a]/add[1]"] {
        let error = text(store(&lab).switch_to(name));
        let expected = format!("there is no branch `{name}`; known branches: main, main-2");
        assert_eq!(error, expected);
    }
    assert_eq!(lab.rows(), before);
}

#[test]
fn runs_of_one_store_are_told_apart() {
    let lab = Lab::new();
    lab.run(&adds(&[1, 2])).result.unwrap();
    lab.session(crate::branches::other()).result.unwrap();
    let error = store(&lab).switch_to("main").unwrap_err().to_string();
    assert!(error.contains("`main:experiment[lab]`") && error.contains("`main:other`"), "{error}");
    store(&lab).roll_back_to("experiment[lab]/add[1]").unwrap().unwrap();
    store(&lab).fork_at("other/add[4]", Some("trial")).unwrap();
    let heads = || {
        let runs = lab.view().runs.into_iter();
        runs.map(|run| (run.run, run.branch)).collect::<Vec<_>>()
    };
    let head = |run: &str, branch: &str| (run.to_owned(), branch.to_owned());
    assert_eq!(heads(), [head("experiment[lab]", "main-2"), head("other", "trial")]);
    store(&lab).switch_to("main:other").unwrap();
    assert_eq!(heads(), [head("experiment[lab]", "main-2"), head("other", "main")]);
}

#[thinking::stage]
pub(crate) fn other(stage: &thinking::Stage) -> Result<i64, thinking_injection::BoxError> {
    Ok(stage.run(crate::lab::add(4))?)
}

#[test]
fn a_store_that_is_being_written_is_left_alone() {
    let lab = Lab::new();
    lab.run(&adds(&[1, 2])).result.unwrap();
    let _writer = store(&lab);
    let second = Database::open("lab", &lab.file()).unwrap_err();
    assert!(matches!(second, DatabaseError::InUse { .. }), "{second}");
}

/// What can be asked for in one session: steps with few names, so that programs begin alike.
fn programs() -> impl Strategy<Value = Vec<Vec<i64>>> {
    let program = proptest::collection::vec(1..4_i64, 0..5);
    let distinct = program.prop_map(|mut numbers| {
        let mut seen = HashSet::new();
        numbers.retain(|n| seen.insert(*n));
        numbers
    });
    proptest::collection::vec(distinct, 2..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the order in which programs take turns, and wherever sessions stop between: no step
    /// is executed twice after the same steps.
    #[test]
    fn no_step_is_executed_twice_after_the_same_steps(
        programs in programs(),
        turns in proptest::collection::vec((any::<prop::sample::Index>(), 0..6_usize), 1..16),
    ) {
        let lab = Lab::new();
        let mut known: HashSet<Vec<i64>> = HashSet::new();
        for (program, stop) in turns {
            let program = program.get(&programs);
            // A session that fails in its middle.
            let stops = stop < program.len();
            let mut ops = adds(&program[..stop.min(program.len())]);
            if stops {
                ops.push(Op::Fragile(7));
            }
            crate::lab::broken(stops);
            let ran = lab.run(&ops);
            crate::lab::broken(false);
            let mut executed = ran.executed;
            if stops {
                prop_assert_eq!(executed.pop(), Some("fragile[7]".to_owned()));
            }
            let done = &program[..stop.min(program.len())];
            let expected = (1..=done.len()).filter(|n| known.insert(done[..*n].to_vec()));
            let expected: Vec<_> = expected.map(|n| format!("add[{}]", done[n - 1])).collect();
            prop_assert_eq!(executed, expected);
        }
    }
}
