//! What people and tools see of a store; times are replaced by fixed ones.

use expect_test::{Expect, expect};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use thinking::{
    Artifact, DiffLimits, ExportError, Node, Place, Stage, Status, StoreError, Table, TaskView,
    TreeLimits, Tx, View, ViewError, WallClock, branches_text, rows_csv, rows_text, stage, step,
    tables_text,
};
use thinking_dbs::Owner;
use thinking_injection::BoxError;

use crate::lab::{Lab, Op, broken};

/// A run with two stages, two branches and a failure.
fn lab() -> Lab {
    let lab = Lab::new();
    lab.run(&[Op::Add(1), Op::Add(9)]).result.unwrap();
    let ops = [
        Op::Add(1),
        group("g", &[Op::Add(2), group("h", &[Op::Scale(3)])]),
        group("i", &[Op::Fragile(4)]),
    ];
    broken(true);
    lab.run(&ops).result.unwrap_err();
    broken(false);
    lab
}

fn group(name: &str, ops: &[Op]) -> Op {
    Op::Group(name.to_owned(), ops.to_vec())
}

fn clock() -> WallClock {
    WallClock { now: at(3_600), zone: TimeZone::UTC }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn find(view: &View, place: &str) -> Place {
    view.find(&place.parse().unwrap()).unwrap()
}

/// The status with fixed times.
fn status(view: &View) -> Status {
    let mut status = view.status().unwrap();
    status.store = "lab.redb".to_owned();
    for run in &mut status.runs {
        run.seconds = 65.3;
        let session = run.session.as_mut().unwrap();
        session.record.started = at(0);
        session.record.ended = Some(at(75));
        (session.record.pid, session.record.host) = (7, "host".to_owned());
        session.record.arguments.clear();
        if let Some(failure) = &mut run.failure {
            (failure.started, failure.seconds) = (at(10), 0.25);
        }
    }
    status
}

#[test]
fn status_says_how_each_run_stands() {
    let lab = lab();
    let mut status = status(&lab.open());
    expect![[r#"
        run       experiment[lab]
        branch    main-2, 1 other
        steps     3 done, 1m 5s of work
        last      experiment[lab]/group[g]/group[h]/scale[3]
        session   2, failed after 1m 15s, began 2023-11-14 22:13:20 UTC (1h ago)
        failed    experiment[lab]/group[i]/fragile[4]: 4 broke
        store     lab.redb
    "#]]
    .assert_eq(&status.text(&clock()));
    expect![[r#"
        {
          "store": "lab.redb",
          "owner": null,
          "runs": [
            {
              "run": "experiment[lab]",
              "branch": "main-2",
              "branches": 2,
              "steps": 3,
              "seconds": 65.3,
              "last": "experiment[lab]/group[g]/group[h]/scale[3]",
              "sessions": 2,
              "session": {
                "session": 2,
                "is_running": false,
                "run": "experiment[lab]",
                "pid": 7,
                "host": "host",
                "program": "",
                "version": "",
                "arguments": [],
                "profiles": [],
                "started": "2023-11-14T22:13:20Z",
                "ended": "2023-11-14T22:14:35Z",
                "outcome": "failed",
                "ending": {
                  "branch": 1,
                  "position": 3,
                  "path": "experiment[lab]/group[i]/fragile[4]",
                  "causes": [
                    "step `experiment[lab]/group[i]/fragile[4]` failed",
                    "4 broke"
                  ],
                  "interrupted": [
                    "experiment[lab]",
                    "experiment[lab]/group[i]"
                  ]
                }
              },
              "failure": {
                "path": "experiment[lab]/group[i]/fragile[4]",
                "session": 2,
                "started": "2023-11-14T22:13:30Z",
                "seconds": 0.25,
                "arguments": "n = 4",
                "causes": [
                  "4 broke"
                ]
              }
            }
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&status).unwrap());

    let line = |status: &Status| {
        let text = status.text(&clock());
        text.lines().find(|line| line.starts_with("session")).unwrap().to_owned()
    };
    let session = status.runs[0].session.as_mut().unwrap();
    (session.record.ended, session.record.outcome) = (None, None);
    expect!["session   2, killed, began 2023-11-14 22:13:20 UTC (1h ago) as process 7"]
        .assert_eq(&line(&status));
    status.runs[0].session.as_mut().unwrap().is_running = true;
    expect!["session   2, running since 2023-11-14 22:13:20 UTC (1h ago) as process 7 on host"]
        .assert_eq(&line(&status));
}

/// A process that holds the store and works on a run is running; its dead predecessor is not.
#[test]
fn a_session_is_running_while_its_process_has_the_store() {
    let lab = Lab::new();
    lab.run(&[Op::Add(1)]).result.unwrap();
    let view = lab.open();
    assert!(view.owner().is_none());
    assert!(!view.sessions("experiment[lab]").unwrap()[0].is_running);
    assert!(view.sessions("other").unwrap().is_empty());
    let database = thinking_dbs::Database::open("lab", &lab.file()).unwrap();
    let owner: Option<Owner> = lab.open().owner().cloned();
    assert_eq!(owner.unwrap().pid, std::process::id());
    drop(database);
}

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

const LOSSES: Table<u32, Loss> = Table::new("losses");
const PAIRS: Table<(u32, String), Vec<u8>> = Table::new("pairs");
/// With keys whose type is none that the view knows.
const ODD: Table<Result<u16, bool>, ()> = Table::new("odd");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Loss {
    epoch: u32,
    loss: f64,
    note: Option<String>,
}

#[step]
fn epoch(n: u32, rate: f64, tx: &mut Tx) -> Result<Loss, BoxError> {
    let note = (n == 2).then(|| "half-way, \"so\" to say".to_owned());
    let loss = Loss { epoch: n, loss: rate / f64::from(n), note };
    tx.table_mut(LOSSES)?.insert(&n, &loss)?;
    Ok(loss)
}

#[step]
fn finish(tx: &mut Tx) -> Result<Vec<Artifact>, BoxError> {
    tx.table_mut(PAIRS)?.insert(&(1, "a".to_owned()), &vec![1, 2])?;
    tx.table_mut(ODD)?.insert(&Ok(258), &())?;
    tx.table_mut(LOSSES)?.remove(&1)?;
    let mut artifacts = Vec::new();
    for (name, content) in [("a.txt", "one"), ("b.txt", "two")] {
        let mut artifact = tx.artifact(name)?;
        std::io::Write::write_all(&mut artifact, content.as_bytes())?;
        artifacts.push(artifact.finish()?);
    }
    Ok(artifacts)
}

#[stage(key = "{n}")]
fn trained(n: u32, rate: f64, stage: &Stage) -> Result<(), BoxError> {
    for n in 1..=n {
        stage.run(epoch_of(n, rate))?;
    }
    stage.run(finish())?;
    Ok(())
}

/// The rate is no part of the key, so that a changed one changes the step.
#[step(key = "{n}")]
fn epoch_of(n: u32, rate: f64, tx: &mut Tx) -> Result<Loss, BoxError> {
    let loss = Loss { epoch: n, loss: rate / f64::from(n), note: None };
    tx.table_mut(LOSSES)?.insert(&n, &loss)?;
    Ok(loss)
}

#[stage]
fn training(epochs: u32, stage: &Stage) -> Result<(), BoxError> {
    for n in 1..=epochs {
        stage.run(epoch(n, 0.5))?;
    }
    stage.run(finish())?;
    Ok(())
}

/// What `show` prints, without what differs from run to run.
fn shown(view: &View, place: &str) -> String {
    let mut task = view.task(&find(view, place)).unwrap();
    match &mut task {
        TaskView::Step(step) => {
            (step.started, step.seconds) = (at(0), 0.002);
            step.inputs.code = "0123456789abcdef0123456789abcdef".to_owned();
            let session = step.session.as_mut().unwrap();
            session.record.started = at(-10);
            (session.record.pid, session.record.host) = (7, "host".to_owned());
            session.record.program = "lab".to_owned();
            session.record.version = "1.0.0".to_owned();
            session.record.arguments = vec!["run".to_owned(), "--fork".to_owned()];
            session.record.profiles = vec!["fast".to_owned()];
            for failure in &mut step.failures {
                (failure.started, failure.seconds) = (at(-5), 0.001);
            }
        }
        TaskView::Stage(stage) => {
            stage.started = stage.started.map(|_| at(0));
            stage.ended = stage.ended.map(|_| at(90));
            stage.seconds = 80.0;
            stage.longest = stage.longest.as_ref().map(|_| "longest".to_owned());
            stage.children.iter_mut().for_each(|child| child.seconds = 2.0);
            for failure in &mut stage.failures {
                (failure.started, failure.seconds) = (at(-5), 0.001);
            }
        }
    }
    task.text(&clock(), false)
}

#[test]
fn show_tells_what_is_recorded_of_a_task() {
    let lab = Lab::new();
    lab.session(training(3)).result.unwrap();
    let view = lab.open();
    expect![[r#"
        step      training[3]/epoch[2,0.5]
        branch    main, position 1
        session   1, lab 1.0.0 as process 7 on host
                  with run --fork
                  profiles fast
                  began 2023-11-14 22:13:10 UTC (1h ago)
        started   2023-11-14 22:13:20 UTC (1h ago)
        took      2ms
        arguments n = 2, rate = 0.5
        code      0123456789abcdef0123456789abcdef, version 0
        result
          {epoch: 2, loss: 0.25, note: "half-way, \"so\" to say"}
    "#]]
    .assert_eq(&shown(&view, "epoch[2,0.5]"));
    expect![[r#"
        step      training[3]/finish
        branch    main, position 3
        session   1, lab 1.0.0 as process 7 on host
                  with run --fork
                  profiles fast
                  began 2023-11-14 22:13:10 UTC (1h ago)
        started   2023-11-14 22:13:20 UTC (1h ago)
        took      2ms
        arguments none
        code      0123456789abcdef0123456789abcdef, version 0
        result
          [
            {
              name: "a.txt",
              hash: "d33fb48ab5adff269ae172b29a6913ff04f6f266207a7a8e976f2ecd571d4492",
              size: 3,
            },
            {
              name: "b.txt",
              hash: "dc770fff53f50835f8cc957e01c0d5731d3c2ed544c375493a28c09be5e09763",
              size: 3,
            },
          ]
        artifacts
          a.txt  3 B  d33fb48ab5adff269ae172b29a6913ff04f6f266207a7a8e976f2ecd571d4492
          b.txt  3 B  dc770fff53f50835f8cc957e01c0d5731d3c2ed544c375493a28c09be5e09763
    "#]]
    .assert_eq(&shown(&view, "finish"));
    expect![[r#"
        stage     training[3]
        branch    main, positions 0 to 3
        steps     4 done, 1m 20s of work
        started   2023-11-14 22:13:20 UTC (1h ago)
        ended     2023-11-14 22:14:50 UTC (58m ago), 1m 30s later
        sessions  1
        longest   longest
        artifacts 2, 6 B in all
        tasks
          epoch[1,0.5]  1  step  2.0s
          epoch[2,0.5]  1  step  2.0s
          epoch[3,0.5]  1  step  2.0s
          finish        1  step  2.0s
    "#]]
    .assert_eq(&shown(&view, "training[3]"));
}

#[test]
fn show_tells_of_failed_attempts() {
    let lab = lab();
    expect![[r#"
        step      experiment[lab]/group[i]/fragile[4]
        branch    main-2, not done
        failed attempts
          experiment[lab]/group[i]/fragile[4] in session 2, 2023-11-14 22:13:15 UTC (1h ago), after 1ms
            4 broke
    "#]].assert_eq(&shown(&lab.open(), "fragile[4]"));
    expect![[r#"
        stage     experiment[lab]/group[i]
        branch    main-2, not done
        steps     0 done, 1m 20s of work
        failed attempts
          experiment[lab]/group[i]/fragile[4] in session 2, 2023-11-14 22:13:15 UTC (1h ago), after 1ms
            4 broke
    "#]].assert_eq(&shown(&lab.open(), "group[i]"));
    // Once it is done, its failures are told with it.
    let ops = [
        Op::Add(1),
        group("g", &[Op::Add(2), group("h", &[Op::Scale(3)])]),
        group("i", &[Op::Fragile(4)]),
    ];
    lab.run(&ops).result.unwrap();
    let text = shown(&lab.open(), "fragile[4]");
    assert!(text.contains("\nfailed attempts\n  experiment[lab]/group[i]/fragile[4]"), "{text}");
    assert!(text.ends_with("    4 broke\n"), "{text}");
}

#[test]
fn state_is_shown_as_it_is_and_was() {
    let lab = Lab::new();
    lab.session(training(3)).result.unwrap();
    let view = lab.open();
    let place = find(&view, "training[3]");
    expect![[r#"
        table   rows  key                value
        losses     2  u32                Loss
        odd        1  Result<u16, bool>  ()
        pairs      1  (u32, String)      Vec<u8>
    "#]]
    .assert_eq(&tables_text(&view.tables(&place).unwrap()));
    let rows = |table: &str, place: &str| {
        let rows = view.rows(table, &find(&view, place)).unwrap();
        rows.collect::<Result<Vec<_>, _>>().unwrap()
    };
    expect![[r#"
        key  epoch                 loss  note
          2      2                 0.25  "half-way, \"so\" to say"
          3      3  0.16666666666666666  null
    "#]]
    .assert_eq(&rows_text(&rows("losses", "training[3]")));
    expect![[r#"
        key  epoch  loss  note
          1      1   0.5  null
          2      2  0.25  "half-way, \"so\" to say"
    "#]]
    .assert_eq(&rows_text(&rows("losses", "epoch[2,0.5]")));
    expect![[r#"
        key       value
        [1, "a"]  [1, 2]
    "#]]
    .assert_eq(&rows_text(&rows("pairs", "training[3]")));
    expect![[r#"
        key       value
        0x020102  null
    "#]]
    .assert_eq(&rows_text(&rows("odd", "training[3]")));
    expect![[r#"
        key,epoch,loss,note
        2,2,0.25,"half-way, ""so"" to say"
        3,3,0.16666666666666666,
    "#]]
    .assert_eq(&rows_csv(&rows("losses", "training[3]")));
    expect![[r#"
        key,value
        "[1,""a""]","[1,2]"
    "#]]
    .assert_eq(&rows_csv(&rows("pairs", "training[3]")));
    expect![[r#"[{"key":2,"value":{"epoch":2,"loss":0.25,"note":"half-way, \"so\" to say"}},{"key":3,"value":{"epoch":3,"loss":0.16666666666666666,"note":null}}]"#]].assert_eq(&serde_json::to_string(&rows("losses", "training[3]")).unwrap());
    expect![[r#"[{"key":{"$bytes":"020102"},"value":null}]"#]]
        .assert_eq(&serde_json::to_string(&rows("odd", "training[3]")).unwrap());
    assert!(rows("pairs", "epoch[2,0.5]").is_empty());
    assert_eq!(view.rows("losses", &place).unwrap().count_left().unwrap(), 2);

    let error = view.rows("loses", &place).err().unwrap();
    assert_eq!(error.to_string(), "there is no table `loses`; known tables: losses, odd, pairs");
}

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
          key  epoch a  epoch b  loss a               loss b  note a  note b
            2        2        2    0.25                0.125  null    null
            3                 3          0.08333333333333333          null
    "#]]
    .assert_eq(&diff(&view, "trained[2]", "trained[3]"));
    let error = view.find(&"main".parse().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "`main` can be `main:trained[2]` or `main:trained[3]`");
}

#[test]
fn branches_say_where_they_left() {
    let lab = Lab::new();
    for ops in [&[1, 2, 3][..], &[1, 2, 4, 5], &[1, 2, 4, 6], &[7]] {
        lab.run(&ops.iter().map(|n| Op::Add(*n)).collect::<Vec<_>>()).result.unwrap();
    }
    let mut branches = lab.open().branches().unwrap();
    for (branch, seconds) in branches.iter_mut().zip(0..) {
        (branch.created, branch.own_seconds) = (at(seconds), 1.5 * seconds as f64);
    }
    expect![[r#"
           branch  steps  own  own work  made                               left
           main        3    3  0µs       2023-11-14 22:13:20 UTC (1h ago)
           main-2      4    2  1.5s      2023-11-14 22:13:21 UTC (59m ago)  main after experiment[lab]/add[2]
           main-3      4    1  3.0s      2023-11-14 22:13:22 UTC (59m ago)  main-2 after experiment[lab]/add[4]
        *  main-4      1    1  4.5s      2023-11-14 22:13:23 UTC (59m ago)  main-3 at its beginning
    "#]].assert_eq(&branches_text(&branches, &clock()));
    expect![[r#"
        {
          "run": "experiment[lab]",
          "branch": "main-2",
          "is_current": false,
          "left": {
            "branch": "main",
            "steps": 2,
            "after": "experiment[lab]/add[2]"
          },
          "created": "2023-11-14T22:13:21Z",
          "steps": 4,
          "own_steps": 2,
          "own_seconds": 1.5
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&branches[1]).unwrap());
}

#[test]
fn artifacts_are_copied_and_checked() {
    let (lab, target) = (Lab::new(), tempfile::tempdir().unwrap());
    lab.session(training(1)).result.unwrap();
    let view = lab.open();
    let artifacts = view.artifacts_at(&find(&view, "training[1]")).unwrap();
    let names: Vec<_> = artifacts.iter().map(|a| (&*a.path, &*a.artifact.name)).collect();
    assert_eq!(names, [("training[1]/finish", "a.txt"), ("training[1]/finish", "b.txt")]);
    assert!(view.artifacts_at(&find(&view, "epoch[1,0.5]")).unwrap().is_empty());

    let to = target.path().join("new");
    let artifact = &artifacts[0].artifact;
    let file = view.export(artifact, &to, false).unwrap();
    let read = || std::fs::read_to_string(&file).unwrap();
    assert_eq!((&file, read()), (&to.join("a.txt"), "one".to_owned()));
    view.export(artifact, &to, false).unwrap();
    std::fs::write(&file, "mine").unwrap();
    let error = view.export(artifact, &to, false).unwrap_err();
    assert!(matches!(&error, ExportError::Exists { .. }), "{error}");
    assert_eq!(read(), "mine");
    view.export(artifact, &to, true).unwrap();
    assert_eq!(read(), "one");

    let hash = &artifact.hash;
    let stored = lab.directory.path().join("lab.redb.artifacts").join(&hash[..2]).join(hash);
    std::fs::write(stored, "ome").unwrap();
    std::fs::write(&file, "mine").unwrap();
    let error = view.export(artifact, &to, true).unwrap_err();
    assert!(matches!(&error, ExportError::Store(StoreError::DamagedArtifact { .. })), "{error}");
    assert_eq!(read(), "mine");
}

#[test]
fn places_that_are_not_there_name_what_is() {
    let lab = lab();
    let view = lab.open();
    let error = |place: &str| view.find(&place.parse().unwrap()).unwrap_err().to_string();
    expect![
        "no task ends with `add[9]` on branch `main-2`; there is `main:experiment[lab]/add[9]`"
    ]
    .assert_eq(&error("add[9]"));
    expect!["no task ends with `scal[3]` on branch `main-2`; is it `experiment[lab]/group[g]/group[h]/scale[3]`?"].assert_eq(&error("scal[3]"));
    expect!["there is no branch `hot`; known branches: main, main-2"]
        .assert_eq(&error("hot:add[1]"));
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let lab = Lab::new();
    let error = View::open(&lab.file()).err().unwrap();
    assert!(matches!(error, ViewError::Database(_)));
    assert!(error.to_string().ends_with("does not exist yet"), "{error}");
}
