//! Sealed stages: a finished one is skipped whole, and only while all that it depends on is the same.

use thinking::{ExecutorError, OnChange, Stage, StageTask, Store, execute, stage};
use thinking_injection::BoxError;

use crate::lab::{
    Lab, Op, Ran, add, bodies, broken, empty, executed, experiment, note_body, options,
};
use crate::rows;

mod changes;
mod counted;
mod ends;
mod seen;

fn sealed(name: &str, ops: &[Op]) -> Op {
    Op::Sealed(name.to_owned(), ops.to_vec())
}

fn tried(n: i64) -> Op {
    Op::Try(Box::new(Op::Fragile(n)))
}

/// The keys of the seals in a store.
fn seals(lab: &Lab) -> Vec<String> {
    let rows = lab.rows().into_keys().filter(|(table, _)| *table == "seals");
    rows.map(|(_, key)| key).collect()
}

/// The steps and the bodies of sealed stages that a session executed, which must succeed.
#[track_caller]
fn ran<T: std::fmt::Debug>(ran: Ran<T>) -> (Vec<String>, Vec<String>) {
    ran.result.unwrap();
    (ran.executed, bodies())
}

const NOTHING: (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());

fn only_bodies(paths: &[&str]) -> (Vec<String>, Vec<String>) {
    (Vec::new(), paths.iter().map(|path| (*path).to_owned()).collect())
}

#[test]
fn a_finished_one_is_skipped_whole_and_what_follows_goes_on() {
    let lab = Lab::new();
    let mut ops = vec![Op::Add(1), sealed("s", &[Op::Add(2), Op::Scale(3)]), Op::Add(4)];
    let first = lab.run(&ops);
    assert_eq!(first.result.unwrap(), [1, 3, 9, 13]);
    assert_eq!(bodies(), ["sealed[s]"]);
    let again = lab.run(&ops);
    assert_eq!(again.result.unwrap(), [1, 3, 9, 13]);
    assert_eq!((again.executed, bodies()), NOTHING);
    // The state behind it is what its steps left: `add[5]` adds to it.
    ops.push(Op::Add(5));
    let longer = lab.run(&ops);
    assert_eq!(longer.result.unwrap(), [1, 3, 9, 13, 18]);
    assert_eq!((longer.executed, bodies()), (vec!["add[5]".to_owned()], vec![]));
    assert_eq!(seals(&lab), ["(0, 1) 1"]);
}

/// What is recorded after a session that skipped is what one that replayed would have recorded.
#[test]
fn skipping_leaves_the_same_history_as_replaying() {
    let ops = |group: fn(&str, &[Op]) -> Op| {
        let inner = group("i", &[tried(3), Op::Add(4), tried(5)]);
        vec![tried(1), group("o", &[Op::Add(2), inner, tried(6)]), tried(7), Op::Add(8)]
    };
    let plain = |name: &str, ops: &[Op]| Op::Group(name.to_owned(), ops.to_vec());
    let recorded = |group: fn(&str, &[Op]) -> Op| {
        let lab = Lab::new();
        let ops = ops(group);
        broken(true);
        let first = lab.run(&ops[..3]).result.unwrap();
        bodies();
        assert_eq!(ran(lab.run(&ops[..3])), NOTHING);
        let ran = lab.run(&ops);
        broken(false);
        assert_eq!(ran.executed, ["add[8]"]);
        let mut rows = rows::timeless(&lab.rows());
        rows.retain(|(table, _), _| *table != "seals" && *table != "prints");
        let text = format!("{rows:?}").replace("sealed[", "group[");
        // What the groups are called counts for nothing else.
        (first, ran.result.unwrap(), text)
    };
    assert_eq!(recorded(sealed), recorded(plain));
}

#[test]
fn nested_ones_are_skipped_with_the_outermost_that_fits() {
    let lab = Lab::new();
    let inner = |n| sealed("i", &[Op::Add(n), Op::Add(3)]);
    let ops = |n, last| vec![sealed("o", &[Op::Add(1), inner(n), sealed("j", &[Op::Add(last)])])];
    assert_eq!(
        bodies_of(&lab, &ops(2, 9)),
        ["sealed[o]", "sealed[o]/sealed[i]", "sealed[o]/sealed[j]"]
    );
    assert_eq!(seals(&lab), ["(0, 0) 1", "(0, 1) 1", "(0, 3) 1"]);
    assert_eq!(ran(lab.run(&ops(2, 9))), NOTHING);
    // The outer one has another argument now: only what is not the same in it runs.
    assert_eq!(bodies_of(&lab, &ops(2, 8)), ["sealed[o]", "sealed[o]/sealed[j]"]);
    assert_eq!(ran(lab.run(&ops(2, 8))), NOTHING);
    assert_eq!(lab.branch().0, "main-2");
    // Its former steps are on another branch, to which the body leads, once.
    assert_eq!(bodies_of(&lab, &ops(2, 9)), ["sealed[o]", "sealed[o]/sealed[j]"]);
    assert_eq!(lab.branch().0, "main");
    assert_eq!(ran(lab.run(&ops(2, 9))), NOTHING);
}

/// The bodies that run in a session.
#[track_caller]
fn bodies_of(lab: &Lab, ops: &[Op]) -> Vec<String> {
    ran(lab.run(ops)).1
}

/// One that began on a branch and ended on another is sealed for the latter only.
#[test]
fn one_that_goes_on_on_a_new_branch_is_sealed_there() {
    let lab = Lab::new();
    let ops = |n| {
        vec![Op::Group(
            "g".to_owned(),
            vec![sealed("s", &[Op::Add(1), Op::Keyed("k".to_owned(), n)])],
        )]
    };
    lab.run(&ops(1)).result.unwrap();
    bodies();
    let changed = lab.run(&ops(2));
    assert_eq!(changed.executed, ["group[g]/sealed[s]/keyed[k]"]);
    assert_eq!(seals(&lab), ["(0, 0) 1", "(1, 0) 1"]);
    assert_eq!(bodies(), ["group[g]/sealed[s]"]);
    for (n, branch) in [(2, "main-2"), (1, "main")] {
        // Going on on the other branch takes a look at its steps.
        lab.run(&ops(n)).result.unwrap();
        bodies();
        assert_eq!(ran(lab.run(&ops(n))), NOTHING);
        assert_eq!(lab.branch().0, branch);
    }
    assert_eq!(seals(&lab).len(), 2);
}

#[test]
fn a_branch_that_begins_inside_of_it_has_no_seal_and_one_behind_it_does() {
    let ops = [Op::Add(1), sealed("s", &[Op::Add(2), Op::Add(3)]), Op::Add(4)];
    let lab = Lab::new();
    lab.run(&ops).result.unwrap();
    bodies();
    let store = || lab.store();
    store().fork_at("sealed[s]", Some("behind")).unwrap();
    assert_eq!(ran(lab.run(&ops)), (vec!["add[4]".to_owned()], vec![]));
    store().roll_back_to("sealed[s]/add[2]").unwrap().unwrap();
    let again = ran(lab.run(&ops));
    assert_eq!(again.0, ["sealed[s]/add[3]", "add[4]"]);
    assert_eq!(again.1, ["sealed[s]"]);
    assert_eq!(ran(lab.run(&ops)), NOTHING);
}

#[test]
fn a_whole_experiment_may_be_sealed() {
    #[stage(sealed)]
    fn whole(n: i64, stage: &Stage) -> Result<(i64, String), BoxError> {
        note_body(stage);
        Ok((stage.run(add(n))?, "done".to_owned()))
    }
    let lab = Lab::new();
    let expected = (3, "done".to_owned());
    assert_eq!(lab.session(whole(3)).result.unwrap(), expected);
    assert_eq!((executed(), bodies().len()), (vec![], 1));
    let ran = lab.session(whole(3));
    assert_eq!((ran.result.unwrap(), ran.executed, bodies()), (expected, vec![], vec![]));
    assert_eq!(lab.last_session().outcome.as_deref(), Some("done"));
}

/// As there is nothing but its body, that runs.
#[test]
fn one_without_a_finished_step_has_no_seal() {
    let lab = Lab::new();
    let ops =
        [Op::Add(1), sealed("empty", &[]), sealed("failed", &[Op::Try(Box::new(Op::Broken(1)))])];
    for _ in 0..2 {
        assert_eq!(lab.run(&ops).result.unwrap(), [1, -1]);
        assert_eq!(bodies(), ["sealed[empty]", "sealed[failed]"]);
    }
    assert_eq!(seals(&lab), [""; 0]);
}

/// Several runs in one store do not see each other's.
#[test]
fn it_works_in_memory_and_for_each_run() {
    #[stage(key = "{run}")]
    fn outer(run: String, n: i64, stage: &Stage) -> Result<i64, BoxError> {
        assert!(!run.is_empty());
        Ok(stage.run(inner(n))?)
    }
    #[stage(sealed, key = "same")]
    fn inner(n: i64, stage: &Stage) -> Result<i64, BoxError> {
        note_body(stage);
        Ok(stage.run(add(n))?)
    }
    let store = Store::in_memory().unwrap();
    let run = |run: &str, n| -> Result<i64, ExecutorError> {
        let task: StageTask<i64> = outer(run.to_owned(), n);
        execute(task, &empty(), store.clone(), options(OnChange::Refuse))
    };
    for (name, n) in [("a", 1), ("b", 2), ("a", 1), ("b", 2)] {
        assert_eq!(run(name, n).unwrap(), n);
    }
    assert_eq!(bodies().len(), 2);
    executed();
    let lab_like = experiment(vec![sealed("s", &[Op::Add(1)])]);
    execute(lab_like, &empty(), store.clone(), options(OnChange::Refuse)).unwrap();
    assert_eq!(bodies().len(), 1);
}
