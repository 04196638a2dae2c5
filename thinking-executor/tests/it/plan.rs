//! Dry runs: what they say, and that they do nothing.

use expect_test::{Expect, expect};
use thinking::{OnChange, Plan, StageTask, plan};
use thinking_injection::Container;

use crate::change::container;
use crate::lab::{Lab, Op, broken, empty, executed, experiment};

impl Lab {
    /// What a session would do, which must not change a row.
    fn plan(&self, ops: &[Op]) -> Plan {
        self.plan_in(experiment(ops.to_vec()), &empty())
    }

    fn plan_in<T>(&self, task: StageTask<T>, container: &Container) -> Plan {
        executed();
        let before = self.file().exists().then(|| self.rows());
        let plan = {
            let database = thinking_dbs::Database::open("lab", &self.file()).unwrap();
            let store = thinking::Store::open(std::sync::Arc::new(database)).unwrap();
            plan(task, container, &store, self.options.clone()).unwrap()
        };
        assert_eq!(executed(), [""; 0]);
        if let Some(before) = before {
            assert_eq!(self.rows(), before);
        }
        plan
    }
}

/// Compares a plan with times as `TIME`.
#[track_caller]
fn check(plan: &Plan, expected: Expect) {
    let mut text = String::new();
    for line in plan.to_string().replace("experiment[lab]/", "").lines() {
        let line = match line.split_once(" of work; ") {
            Some((before, after)) => {
                let (before, _) = before.rsplit_once(", ").unwrap();
                format!("{before}, TIME of work; {after}")
            }
            None => line.to_owned(),
        };
        text += &format!("{line}\n");
    }
    expected.assert_eq(&text);
}

fn program(n: i64) -> Vec<Op> {
    let group = Op::Group("g".to_owned(), vec![Op::Keyed("b".to_owned(), n), Op::Add(3)]);
    vec![Op::Add(1), Op::Keyed("a".to_owned(), n), group]
}

#[test]
fn of_nothing() {
    let lab = Lab::new();
    check(
        &lab.plan(&program(1)),
        expect![[r#"
        run       add[1]
        0 steps to skip, 1 to run; what follows is not known before `add[1]` has run
    "#]],
    );
    check(
        &lab.plan(&[]),
        expect![[r#"
        0 steps to skip, 0 to run
    "#]],
    );
}

#[test]
fn of_what_is_done() {
    let lab = Lab::new();
    lab.run(&program(1)).result.unwrap();
    check(
        &lab.plan(&program(1)),
        expect![[r#"
        skip      add[1]
        skip      keyed[a]
        skip      group[g]/keyed[b]
        skip      group[g]/add[3]
        4 steps to skip, 0 to run
        on branch `main`
    "#]],
    );
}

#[test]
fn of_a_session_that_was_stopped() {
    let lab = Lab::new();
    broken(true);
    lab.run(&[Op::Add(1), Op::Add(2), Op::Fragile(3)]).result.unwrap_err();
    broken(false);
    check(
        &lab.plan(&[Op::Add(1), Op::Add(2), Op::Fragile(3), Op::Add(4)]),
        expect![[r#"
        skip      add[1]
        skip      add[2]
        run       fragile[3]
        2 steps to skip, 1 to run; what follows is not known before `fragile[3]` has run
        on branch `main`
    "#]],
    );
}

/// The results of changed steps stand in, so that what later steps differ in is named, too.
#[test]
fn of_changed_steps() {
    let mut lab = Lab::new();
    lab.run(&program(1)).result.unwrap();
    check(
        &lab.plan(&program(2)),
        expect![[r#"
            skip      add[1]
            diverged  keyed[a]
                        - its argument `n`: 1 → 2
            diverged  group[g]/keyed[b]
                        - its argument `n`: 1 → 2
            run       group[g]/add[3]  (after `keyed[a]`)
            1 step to skip, 3 to run
            at stake from `keyed[a]` on: 3 finished steps, TIME of work; they would run again on a new branch
        "#]],
    );
    lab.options.on_change = OnChange::Refuse;
    check(
        &lab.plan(&program(2)),
        expect![[r#"
            skip      add[1]
            diverged  keyed[a]
                        - its argument `n`: 1 → 2
            diverged  group[g]/keyed[b]
                        - its argument `n`: 1 → 2
            run       group[g]/add[3]  (after `keyed[a]`)
            1 step to skip, 3 to run
            at stake from `keyed[a]` on: 3 finished steps, TIME of work; the session would stop there and ask
        "#]],
    );
    lab.options.keep = vec!["keyed[a]".to_owned()];
    check(
        &lab.plan(&program(2)),
        expect![[r#"
            skip      add[1]
            skip      keyed[a]  (kept, though: its argument `n`: 1 → 2)
            diverged  group[g]/keyed[b]
                        - its argument `n`: 1 → 2
            run       group[g]/add[3]  (after `group[g]/keyed[b]`)
            2 steps to skip, 2 to run
            at stake from `group[g]/keyed[b]` on: 2 finished steps, TIME of work; the session would stop there and ask
        "#]],
    );
    lab.options.on_change = OnChange::Keep;
    check(
        &lab.plan(&program(2)),
        expect![[r#"
        skip      add[1]
        skip      keyed[a]  (kept, though: its argument `n`: 1 → 2)
        skip      group[g]/keyed[b]  (kept, though: its argument `n`: 1 → 2)
        skip      group[g]/add[3]
        4 steps to skip, 0 to run
        on branch `main`
    "#]],
    );
}

#[test]
fn of_changed_settings() {
    let lab = Lab::new();
    let ops = vec![Op::Add(1), Op::Tuned, Op::Add(2)];
    let task = || experiment(ops.clone());
    lab.session_in(task(), &container(&[], None)).result.unwrap();
    let plan = lab.plan_in(task(), &container(&["tuning.depth=7"], None));
    check(
        &plan,
        expect![[r#"
            skip      add[1]
            diverged  tuned
                        - the setting `tuning.depth`: 3 → 7
            run       add[2]  (after `tuned`)
            1 step to skip, 2 to run
            at stake from `tuned` on: 2 finished steps, TIME of work; they would run again on a new branch
        "#]],
    );
}

#[test]
fn of_inserted_removed_and_moved_steps() {
    let lab = Lab::new();
    let adds = |numbers: &[i64]| numbers.iter().map(|n| Op::Add(*n)).collect::<Vec<_>>();
    lab.run(&adds(&[1, 2, 3, 4])).result.unwrap();
    check(
        &lab.plan(&adds(&[1, 9, 2, 3, 4])),
        expect![[r#"
            skip      add[1]
            diverged  add[9]
                        - recorded here is `add[2]`, asked for is `add[9]`
            unknown   add[2]  (after `add[9]`)
            unknown   add[3]  (after `add[9]`)
            unknown   add[4]  (after `add[9]`)
            1 step to skip, 1 to run; what follows, with 3 that are recorded, is not known before `add[9]` has run
            at stake from `add[9]` on: 3 finished steps, TIME of work; they would run again on a new branch
        "#]],
    );
    check(
        &lab.plan(&adds(&[1, 3, 4])),
        expect![[r#"
            skip      add[1]
            diverged  add[3]
                        - recorded here is `add[2]`, asked for is `add[3]`
            run       add[4]  (after `add[3]`)
            left      add[2]
            1 step to skip, 2 to run
            at stake from `add[3]` on: 3 finished steps, TIME of work; they would run again on a new branch
        "#]],
    );
    check(
        &lab.plan(&adds(&[1, 2, 4, 3])),
        expect![[r#"
            skip      add[1]
            skip      add[2]
            diverged  add[4]
                        - recorded here is `add[3]`, asked for is `add[4]`
            run       add[3]  (after `add[4]`)
            2 steps to skip, 2 to run
            at stake from `add[4]` on: 2 finished steps, TIME of work; they would run again on a new branch
        "#]],
    );
    check(
        &lab.plan(&adds(&[1, 2])),
        expect![[r#"
            skip      add[1]
            skip      add[2]
            left      add[3]
            left      add[4]
            2 steps to skip, 0 to run
        "#]],
    );
}

#[test]
fn of_failures() {
    let mut lab = Lab::new();
    let ops = [Op::Add(1), Op::Try(Box::new(Op::Fragile(2))), Op::Add(3)];
    broken(true);
    lab.run(&ops).result.unwrap();
    broken(false);
    check(
        &lab.plan(&ops),
        expect![[r#"
        skip      add[1]
        skip      fragile[2]  (it failed, and that was handled)
        skip      add[3]
        3 steps to skip, 0 to run
        on branch `main`
    "#]],
    );
    lab.options.retry_failed = true;
    check(
        &lab.plan(&ops),
        expect![[r#"
            skip      add[1]
            diverged  fragile[2]
                        - it failed, and is to be tried again
            unknown   add[3]  (after `fragile[2]`)
            1 step to skip, 1 to run; what follows, with 1 that are recorded, is not known before `fragile[2]` has run
            at stake from `fragile[2]` on: 1 finished step, TIME of work; they would run again on a new branch
        "#]],
    );
}

#[test]
fn of_a_program_that_an_older_branch_has() {
    let lab = Lab::new();
    let adds = |numbers: &[i64]| numbers.iter().map(|n| Op::Add(*n)).collect::<Vec<_>>();
    lab.run(&adds(&[1, 2, 3])).result.unwrap();
    lab.run(&adds(&[1, 5])).result.unwrap();
    check(
        &lab.plan(&adds(&[1, 2, 3, 4])),
        expect![[r#"
        skip      add[1]
        skip      add[2]  (on branch `main`)
        skip      add[3]
        run       add[4]
        3 steps to skip, 1 to run; what follows is not known before `add[4]` has run
        on branch `main`
    "#]],
    );
    assert_eq!(lab.branch().0, "main-2");
}

#[test]
fn as_json() {
    let lab = Lab::new();
    lab.run(&program(1)).result.unwrap();
    let mut plan = lab.plan(&program(2));
    for step in &mut plan.steps {
        step.seconds = step.seconds.map(|_| 0.5);
    }
    if let Some(divergence) = &mut plan.divergence {
        divergence.seconds = 2.0;
    }
    expect![[r#"
        {
          "run": "experiment[lab]",
          "branch": null,
          "steps": [
            {
              "path": "experiment[lab]/add[1]",
              "action": "skip",
              "reasons": [],
              "seconds": 0.5,
              "steps": 1
            },
            {
              "path": "experiment[lab]/keyed[a]",
              "action": "diverged",
              "reasons": [
                "its argument `n`: 1 → 2"
              ],
              "seconds": 0.5,
              "steps": 1
            },
            {
              "path": "experiment[lab]/group[g]/keyed[b]",
              "action": "diverged",
              "reasons": [
                "its argument `n`: 1 → 2"
              ],
              "seconds": 0.5,
              "steps": 1
            },
            {
              "path": "experiment[lab]/group[g]/add[3]",
              "action": "run",
              "reasons": [
                "after `experiment[lab]/keyed[a]`"
              ],
              "seconds": 0.5,
              "steps": 1
            }
          ],
          "divergence": {
            "path": "experiment[lab]/keyed[a]",
            "refused": false,
            "steps": 3,
            "seconds": 2.0
          },
          "known_until": null,
          "failure": null
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&plan).unwrap());
}
