//! Results that a person vouches for, and failures that are tried again.

use thinking::{ExecutorError, OnChange};

use crate::lab::{Lab, Op, Ran, assert_kept, broken};
use crate::rows::opened;

fn program(n: i64) -> [Op; 3] {
    [Op::Add(1), Op::Keyed("k".to_owned(), n), Op::Add(3)]
}

fn refused(ran: Ran<Vec<i64>>) -> thinking::Divergence {
    assert_eq!(ran.executed, [""; 0]);
    match ran.result.unwrap_err() {
        ExecutorError::Diverged(divergence) => *divergence,
        other => panic!("{other}"),
    }
}

#[test]
fn a_kept_result_is_reused_now_and_without_asking_later() {
    for (policy, keep) in
        [(OnChange::Refuse, vec!["keyed[k]".to_owned()]), (OnChange::Keep, vec![])]
    {
        let mut lab = Lab::new();
        let first = lab.run(&program(2)).result.unwrap();
        let before = lab.rows();
        (lab.options.on_change, lab.options.keep) = (policy, keep);
        let ran = lab.run(&program(5));
        assert_eq!((ran.executed, ran.result.unwrap()), (vec![], first.clone()));
        assert_kept(&before, &lab.rows());
        assert_eq!(lab.branch().0, "main");

        (lab.options.on_change, lab.options.keep) = (OnChange::Refuse, vec![]);
        let kept = lab.rows();
        // As it was accepted, and as it was executed.
        for n in [5, 2, 5] {
            let ran = lab.run(&program(n));
            assert_eq!((ran.executed, ran.result.unwrap()), (vec![], first.clone()));
        }
        let acceptances = |rows: &crate::rows::Rows| {
            let rows = rows.iter().filter(|((table, _), _)| *table == "acceptances");
            rows.map(|((_, key), bytes)| (key.clone(), opened(bytes))).collect::<Vec<_>>()
        };
        assert_eq!(acceptances(&lab.rows()), acceptances(&kept));
        let [(key, acceptance)] = &acceptances(&kept)[..] else { panic!() };
        assert_eq!(key, "(0, 1) 1");
        assert_eq!(acceptance["differences"], serde_json::json!(["its argument `n`: 2 → 5"]));
        assert_eq!(
            (&acceptance["session"], &acceptance["arguments"]["text"]),
            (&serde_json::json!(2), &serde_json::json!(r#"name = "k", n = 5"#),)
        );
        for field in ["user", "host", "accepted", "print"] {
            assert!(!acceptance[field].is_null(), "{field} in {acceptance}");
        }
        // Something else was not accepted.
        let divergence = refused(lab.run(&program(7)));
        assert!(divergence.can_be_kept && !divergence.kept);
    }
}

#[test]
fn each_acceptance_counts_and_only_for_its_step() {
    let mut lab = Lab::new();
    let twice = |a, b| [Op::Keyed("a".to_owned(), a), Op::Keyed("b".to_owned(), b)];
    lab.run(&twice(1, 1)).result.unwrap();
    lab.options.on_change = OnChange::Refuse;
    lab.options.keep = vec!["experiment[lab]/keyed[a]".to_owned()];
    assert_eq!(refused(lab.run(&twice(2, 2))).path.as_str(), "experiment[lab]/keyed[b]");
    lab.options.keep = vec!["keyed[a]".to_owned(), "keyed[b]".to_owned()];
    lab.run(&twice(3, 3)).result.unwrap();
    lab.options.keep = vec![];
    for (a, b) in [(1, 1), (2, 1), (3, 1), (2, 3), (3, 3)] {
        lab.run(&twice(a, b)).result.unwrap();
    }
    assert_eq!(refused(lab.run(&twice(1, 2))).path.as_str(), "experiment[lab]/keyed[b]");
}

#[test]
fn what_was_accepted_holds_on_every_branch_that_has_the_step() {
    let mut lab = Lab::new();
    lab.run(&program(2)).result.unwrap();
    let [first, second, third] = program(5);
    lab.options.keep = vec!["keyed[k]".to_owned()];
    let ran = lab.run(&[first.clone(), second.clone(), Op::Add(4)]);
    assert_eq!((ran.executed, lab.branch().0), (vec!["add[4]".to_owned()], "main-2".to_owned()));
    (lab.options.keep, lab.options.on_change) = (vec![], OnChange::Refuse);
    lab.run(&[first, second, third]).result.unwrap();
    assert_eq!(lab.branch().0, "main");
}

#[test]
fn another_step_cannot_be_kept() {
    let mut lab = Lab::new();
    lab.run(&program(2)).result.unwrap();
    lab.options.on_change = OnChange::Keep;
    let divergence = refused(lab.run(&[Op::Add(1), Op::Scale(3), Op::Add(3)]));
    assert!(divergence.kept && !divergence.can_be_kept);
    let text = divergence.to_string();
    assert!(text.contains("no result of it is recorded at this place"), "{text}");
}

/// It was said at the end, after steps had run again whose results were to be kept.
#[test]
fn what_is_no_recorded_step_is_refused_before_anything_runs() {
    let mut lab = Lab::new();
    let ops = |n| [Op::Add(1), Op::Group("g".to_owned(), vec![Op::Keyed("k".to_owned(), n)])];
    // There is nothing to keep, and nothing to lose.
    lab.options.keep = vec!["keyed[k]".to_owned()];
    lab.run(&ops(2)).result.unwrap();
    lab.options.on_change = OnChange::Fork;
    for (keep, reason) in [
        (
            "keyed[l]",
            "no task ends with `keyed[l]` on branch `main`; is it \
             `experiment[lab]/group[g]/keyed[k]`?",
        ),
        (
            "group[g]",
            "`experiment[lab]/group[g]` is a stage; a step of it is \
             `experiment[lab]/group[g]/keyed[k]`",
        ),
        (
            "main",
            "`experiment[lab]` is a stage; a step of it is `experiment[lab]/add[1]` or \
                  `experiment[lab]/group[g]/keyed[k]`",
        ),
    ] {
        lab.options.keep = vec![keep.to_owned()];
        let ran = lab.run(&ops(3));
        assert_eq!((ran.executed.len(), lab.branch().0), (0, "main".to_owned()));
        let error = ran.result.unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), reason);
    }
    // As other commands take it: without its key, or with its branch.
    for (keep, n) in [("keyed", 3), ("main:keyed[k]", 4)] {
        lab.options.keep = vec![keep.to_owned()];
        assert_eq!(lab.run(&ops(n)).executed, [""; 0]);
    }
    assert_eq!(lab.branch().0, "main");
}

#[test]
fn a_path_that_may_be_several_steps_is_not_kept() {
    let mut lab = Lab::new();
    let group = |name: &str| Op::Group(name.to_owned(), vec![Op::Keyed("k".to_owned(), 1)]);
    lab.run(&[group("a"), group("b")]).result.unwrap();
    let before = lab.branch();
    lab.options.keep = vec!["keyed[k]".to_owned()];
    let ran = lab.run(&[group("a"), group("b"), Op::Add(1)]);
    assert_eq!(ran.executed, [""; 0]);
    let error = ran.result.unwrap_err();
    assert_eq!(error.exit_code(), 2);
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("group[a]/keyed[k]") && cause.contains("group[b]/keyed[k]"), "{cause}");
    assert_eq!(lab.branch(), before);
}

fn failing() -> [Op; 4] {
    let tried = |n| Op::Try(Box::new(Op::Fragile(n)));
    [Op::Add(1), tried(2), Op::Add(3), Op::Add(4)]
}

#[test]
fn a_handled_failure_is_tried_again_only_when_that_is_asked_for() {
    let mut lab = Lab::new();
    broken(true);
    assert_eq!(lab.run(&failing()).result.unwrap(), [1, -1, 4, 8]);
    broken(false);
    assert_eq!(lab.run(&failing()).executed, [""; 0]);
    let before = lab.rows();
    // Under the policy that holds for all that differs.
    (lab.options.on_change, lab.options.retry_failed) = (OnChange::Refuse, true);
    let refused = lab.run(&failing());
    assert_eq!((refused.executed.len(), refused.result.unwrap_err().exit_code()), (0, 3));
    lab.options.on_change = OnChange::Fork;
    let ran = lab.run(&failing());
    assert_eq!(ran.executed, ["fragile[2]", "add[3]", "add[4]"]);
    assert_eq!(ran.result.unwrap(), [1, 3, 6, 10]);
    assert_kept(&before, &lab.rows());
    assert_eq!(lab.branch().0, "main-2");
    // Nothing has failed here.
    assert_eq!(lab.run(&failing()).executed, [""; 0]);
}

#[test]
fn a_failure_that_comes_again_is_recorded_again() {
    let mut lab = Lab::new();
    broken(true);
    lab.run(&failing()).result.unwrap();
    lab.options.retry_failed = true;
    let ran = lab.run(&failing());
    broken(false);
    assert_eq!(ran.executed, ["fragile[2]", "add[3]", "add[4]"]);
    lab.options.retry_failed = false;
    let ran = lab.run(&failing());
    assert_eq!((ran.executed, ran.result.unwrap()), (vec![], vec![1, -1, 4, 8]));
    assert_eq!(lab.branch().0, "main-2");
}

#[test]
fn a_failure_cannot_be_kept() {
    let mut lab = Lab::new();
    broken(true);
    let tried = |n| [Op::Try(Box::new(Op::Group("g".to_owned(), vec![Op::Broken(n)]))), Op::Add(3)];
    lab.run(&tried(1)).result.unwrap();
    broken(false);
    lab.options.on_change = OnChange::Keep;
    let divergence = refused(lab.run(&tried(2)));
    assert!(divergence.kept && !divergence.can_be_kept);
}
