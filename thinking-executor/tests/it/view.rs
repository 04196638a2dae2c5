//! What people and tools see of a store; times are replaced by fixed ones.

use expect_test::expect;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use thinking::{
    ExportError, Place, Status, StoreError, View, ViewError, WallClock, branches_text, rows_csv,
    rows_text, tables_text,
};
use thinking_dbs::Owner;

use crate::lab::{Lab, Op, broken};

mod diff;
mod show;
mod training;
mod tree;

use training::training;

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
        within    experiment[lab]/group[i]
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
              "sealed": 0,
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
                "attempt": 1,
                "of": 1,
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
