//! Two places side by side.

use expect_test::expect;
use thinking::{DiffLimits, View};

use super::find;
use super::training::trained;
use crate::lab::{Lab, Op};

/// Everything, with the values of the lines of two places.
fn diff(view: &View, a: &str, b: &str) -> String {
    let limits = DiffLimits { steps: 50, rows: 50 };
    let mut diff = view.diff(&find(view, a), &find(view, b), limits).unwrap();
    diff.only_a.iter_mut().chain(&mut diff.only_b).for_each(|step| step.seconds = 2.0);
    diff.text()
}

#[test]
fn a_diff_puts_two_branches_side_by_side() {
    let lab = Lab::new();
    lab.run(&[Op::Add(1), Op::Keyed("k".to_owned(), 2), Op::Add(3), Op::Add(4)]).result.unwrap();
    lab.run(&[Op::Add(1), Op::Keyed("k".to_owned(), 5), Op::Add(3), Op::Add(7)]).result.unwrap();
    let view = lab.open();
    expect![[r#"
        main    main:experiment[lab]    4 steps
        main-2  main-2:experiment[lab]  4 steps
        they share 1 step, up to experiment[lab]/add[1]

        1 step on main only
          experiment[lab]/add[4]  2.0s

        1 step on main-2 only
          experiment[lab]/add[7]  2.0s

        what is not the same about steps on both
                     main               main-2             steps  first
          arguments  name = "k", n = 2  name = "k", n = 5      1  experiment[lab]/keyed[k]

        results of keyed
          step                      main  main-2
          experiment[lab]/keyed[k]     3       6

        results of add
          step                    main  main-2
          experiment[lab]/add[3]     6       9

        table history: 1 row not the same, 3 the same
          key  main                      main-2
            3  "experiment[lab]/add[4]"  "experiment[lab]/add[7]"

        table numbers: 1 row not the same, 0 the same
          key      main  main-2
          "total"    10      16
    "#]]
    .assert_eq(&diff(&view, "main", "main-2"));
    expect![[r#"
        a  main:experiment[lab]  4 steps
        b  main:experiment[lab]  4 steps
        they share 4 steps, up to experiment[lab]/add[4]
        nothing is different
    "#]]
    .assert_eq(&diff(&view, "main", "main"));
    expect![[r#"
        a  main-2:experiment[lab]/add[1]  1 step
        b  main-2:experiment[lab]/add[3]  3 steps
        they share 1 step, up to experiment[lab]/add[1]

        2 steps on b only
          experiment[lab]/keyed[k]  2.0s
          experiment[lab]/add[3]    2.0s

        table history: 2 rows not the same, 1 the same
          key  a  b
            1     "experiment[lab]/keyed[k]"
            2     "experiment[lab]/add[3]"

        table numbers: 1 row not the same, 0 the same
          key      a  b
          "total"  1  9
    "#]]
    .assert_eq(&diff(&view, "main-2:add[1]", "main-2:add[3]"));

    let limits = DiffLimits { steps: 1, rows: 1 };
    let (a, b) = (find(&view, "main"), find(&view, "main-2"));
    let few = view.diff(&a, &b, limits).unwrap();
    assert_eq!((few.steps.len(), few.steps_count), (1, 2));
    assert!(few.text().contains("  … 1 step more: `--all` shows them\n"));
    let json = serde_json::to_value(&few).unwrap();
    assert_eq!(json["changes"][0]["what"], "arguments");
    assert_eq!(json["tables"][1]["rows"][0]["a"], 10);
}

#[test]
fn learning_curves_of_two_runs_are_one_table() {
    let lab = Lab::new();
    lab.session(trained(2, 0.5)).result.unwrap();
    lab.session(trained(3, 0.25)).result.unwrap();
    let view = lab.open();
    expect![[r#"
        a  main:trained[2]  3 steps
        b  main:trained[3]  4 steps
        they share no step
        1 steps behind that have the same inputs and results

        1 step on b only
          trained[3]/epoch_of[3]  2.0s

        what is not the same about steps on both
                     a                  b                   steps  first
          arguments  n = 1, rate = 0.5  n = 1, rate = 0.25      1  trained[2]/epoch_of[1]
          arguments  n = 2, rate = 0.5  n = 2, rate = 0.25      1  trained[2]/epoch_of[2]

        results of epoch_of
          step                    loss a  loss b
          trained[2]/epoch_of[1]     0.5    0.25
          trained[2]/epoch_of[2]    0.25   0.125

        table losses: 2 rows not the same, 0 the same
          key  epoch a  epoch b  loss a     loss b  note a  note b
            2        2        2    0.25      0.125  null    null
            3                 3          0.0833333          null
    "#]]
    .assert_eq(&diff(&view, "trained[2]", "trained[3]"));
    let error = view.find(&"main".parse().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "`main` can be `main:trained[2]` or `main:trained[3]`");
}
