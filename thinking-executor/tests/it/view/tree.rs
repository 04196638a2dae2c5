//! Trees of tasks: what is marked, and what is folded.

use expect_test::{Expect, expect};
use thinking::{Node, TreeLimits, View};

use super::{clock, find, group, lab};
use crate::lab::{Lab, Op, broken};

/// The tree with fixed times.
fn tree(view: &View, place: &str) -> Node {
    fn fix(node: &mut Node) {
        node.seconds = 60.0 * node.steps as f64;
        node.children.iter_mut().for_each(fix);
    }
    let mut node = view.tree(&find(view, place)).unwrap();
    fix(&mut node);
    node
}

fn draw(node: &Node, expected: Expect) {
    expected.assert_eq(&node.draw(TreeLimits::default()));
}

/// Attempts of all sessions count, those that failed and the one that did not.
#[test]
fn a_tree_says_how_many_attempts_were_made() {
    let lab = Lab::new();
    let ops = [Op::Add(1), Op::Flaky(2, 9)];
    broken(true);
    lab.run(&ops).result.unwrap_err();
    draw(
        &tree(&lab.open(), "main"),
        expect![[r#"
        experiment[lab]  1 step, 1m, 1 failed
        ├── add[1]  1m
        └── flaky[2]  failed, 3 attempts
    "#]],
    );
    let status = lab.open().status().unwrap().text(&clock());
    let failed = status.lines().find(|line| line.starts_with("failed"));
    assert_eq!(failed, Some("failed    experiment[lab]/flaky[2]: 2 broke (attempt 3 of 3)"));
    broken(false);
    lab.run(&ops).result.unwrap();
    draw(
        &tree(&lab.open(), "main"),
        expect![[r#"
        experiment[lab]  2 steps, 2m
        ├── add[1]  1m
        └── flaky[2]  1m, 4 attempts
    "#]],
    );
}

#[test]
fn a_tree_marks_what_failed() {
    let lab = lab();
    let view = lab.open();
    draw(
        &tree(&view, "main-2"),
        expect![[r#"
        experiment[lab]  3 steps, 3m, 1 failed
        ├── add[1]  1m
        ├── group[g]  2 steps, 2m
        │   ├── add[2]  1m
        │   └── group[h]  1 step, 1m
        │       └── scale[3]  1m
        └── group[i]  0 steps, 0µs, 1 failed
            └── fragile[4]  failed
    "#]],
    );
    draw(
        &tree(&view, "group[g]"),
        expect![[r#"
        experiment[lab]/group[g]  2 steps, 2m
        ├── add[2]  1m
        └── group[h]  1 step, 1m
            └── scale[3]  1m
    "#]],
    );
    draw(
        &tree(&view, "main"),
        expect![[r#"
        experiment[lab]  2 steps, 2m
        ├── add[1]  1m
        └── add[9]  1m
    "#]],
    );
    let depth = |depth| tree(&view, "main-2").draw(TreeLimits { depth, folded: true });
    expect![[r#"
        experiment[lab]  3 steps, 3m, 1 failed
        ├── add[1]  1m
        ├── group[g]  2 steps, 2m
        └── group[i]  0 steps, 0µs, 1 failed
    "#]]
    .assert_eq(&depth(1));
    expect![[r#"
        experiment[lab]  3 steps, 3m, 1 failed
    "#]]
    .assert_eq(&depth(0));
}

#[test]
fn a_tree_folds_runs_of_equal_siblings() {
    let lab = Lab::new();
    let adds = |range: std::ops::Range<i64>| range.map(Op::Add).collect::<Vec<_>>();
    let mut ops = adds(0..100);
    ops.push(Op::Scale(2));
    ops.extend((0..6).map(|n| group(&n.to_string(), &adds(0..3))));
    ops.extend(adds(200..204));
    broken(true);
    ops.push(Op::Try(Box::new(Op::Fragile(1))));
    lab.run(&ops).result.unwrap();
    broken(false);
    let mut node = tree(&lab.open(), "experiment[lab]");
    draw(
        &node,
        expect![[r#"
        experiment[lab]  123 steps, 2h 3m, 1 failed
        ├── add[0] … add[99]  100 steps, 1h 40m
        ├── scale[2]  1m
        ├── group[0] … group[5]  6 stages, 18 steps, 18m
        ├── add[200]  1m
        ├── add[201]  1m
        ├── add[202]  1m
        ├── add[203]  1m
        └── fragile[1]  failed
    "#]],
    );
    // A failure stands alone, and so do tasks with other artifacts.
    node.children[50].failed = true;
    node.children[60].artifacts = vec!["a.csv".to_owned(), "b.svg".to_owned()];
    node.children.iter_mut().skip(70).take(30).for_each(|add| add.artifacts = vec!["m".to_owned()]);
    node.running = true;
    draw(
        &node,
        expect![[r#"
        experiment[lab]  123 steps, 2h 3m, 2 failed, running
        ├── add[0] … add[49]  50 steps, 50m
        ├── add[50]  failed
        ├── add[51] … add[59]  9 steps, 9m
        ├── add[60]  1m  → a.csv, b.svg
        ├── add[61] … add[69]  9 steps, 9m
        ├── add[70] … add[99]  30 steps, 30m  → m each
        ├── scale[2]  1m
        ├── group[0] … group[5]  6 stages, 18 steps, 18m
        ├── add[200]  1m
        ├── add[201]  1m
        ├── add[202]  1m
        ├── add[203]  1m
        └── fragile[1]  failed
    "#]],
    );
    let all = node.draw(TreeLimits { depth: usize::MAX, folded: false });
    assert_eq!(all.lines().count(), 1 + 100 + 1 + 6 * 4 + 4 + 1);
    let json = serde_json::to_value(&node).unwrap();
    assert_eq!(json["children"].as_array().unwrap().len(), node.children.len());
}
