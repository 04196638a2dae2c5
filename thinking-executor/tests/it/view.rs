//! What people and tools see of a store; times are replaced by fixed ones.

use expect_test::expect;
use jiff::Timestamp;
use thinking::{SessionView, View};
use thinking_dbs::Owner;

use crate::lab::{Lab, Op, broken};

/// The view of a run with two stages, a branch and a failure.
fn view() -> View {
    let lab = Lab::new();
    let group = |name: &str, ops: &[Op]| Op::Group(name.to_owned(), ops.to_vec());
    lab.run(&[Op::Add(1), Op::Add(9)]).result.unwrap();
    let ops = [
        Op::Add(1),
        group("g", &[Op::Add(2), group("h", &[Op::Scale(3)])]),
        group("i", &[Op::Fragile(4)]),
    ];
    broken(true);
    lab.run(&ops).result.unwrap_err();
    broken(false);
    fixed(lab.view())
}

/// Replaces what differs from run to run.
fn fixed(mut view: View) -> View {
    view.store = "lab.redb".to_owned();
    let at = |seconds| Timestamp::from_second(1_700_000_000 + seconds).unwrap();
    for run in &mut view.runs {
        for (step, seconds) in run.steps.iter_mut().zip([0.000_08, 62.0, 3.25]) {
            (step.started, step.seconds) = (at(0), seconds);
        }
        for SessionView { session, record } in &mut run.sessions {
            record.started = at(100 * *session as i64);
            record.ended = Some(at(100 * *session as i64 + 75));
            (record.pid, record.host) = (7, "host".to_owned());
            record.arguments.clear();
        }
    }
    view
}

#[test]
fn status() {
    expect![[r#"
        run       experiment[lab]
        branch    main-2, 1 older
        steps     3 done, 1m 5s of work
        last      experiment[lab]/group[g]/group[h]/scale[3]
        session   2, failed after 1m 15s (began 2023-11-14T22:16:40Z)
        failed    experiment[lab]/group[i]/fragile[4]: 4 broke
        store     lab.redb
    "#]]
    .assert_eq(&view().status());
}

#[test]
fn status_of_a_session_that_did_not_end() {
    let mut view = view();
    let session = &mut view.runs[0].sessions.last_mut().unwrap().record;
    (session.ended, session.outcome) = (None, None);
    let line = |view: &View| {
        let status = view.status();
        status.lines().find(|line| line.starts_with("session")).unwrap().to_owned()
    };
    expect!["session   2, killed (began 2023-11-14T22:16:40Z as process 7)"]
        .assert_eq(&line(&view));
    view.owner = Some(Owner {
        pid: 7,
        host: "host".to_owned(),
        program: "lab".to_owned(),
        since: Timestamp::UNIX_EPOCH,
    });
    expect!["session   2, running since 2023-11-14T22:16:40Z as process 7 on host"]
        .assert_eq(&line(&view));
}

#[test]
fn tree() {
    let mut view = view();
    view.runs[0].steps[1].artifacts = vec!["a.csv".to_owned(), "b.svg".to_owned()];
    expect![[r#"
        experiment[lab]  3 steps, 1m 5s
        ├── add[1]  80µs
        ├── group[g]  2 steps, 1m 5s
        │   ├── add[2]  1m 2s  → a.csv, b.svg
        │   └── group[h]  1 steps, 3.2s
        │       └── scale[3]  3.2s
        └── group[i]  0 steps, 0µs
            └── fragile[4]  failed
    "#]]
    .assert_eq(&view.tree());
}

#[test]
fn json() {
    let mut value = serde_json::to_value(view()).unwrap();
    let failure = &mut value["runs"][0]["failure"];
    failure["started"] = "…".into();
    failure["took"] = 1.into();
    failure["fingerprint"]["code"] = "…".into();
    expect![[r#"
        {
          "owner": null,
          "runs": [
            {
              "branch": "main-2",
              "branches": 2,
              "failure": {
                "arguments": {
                  "hash": "0c389a743e34fda435fbd575bb889dbc",
                  "text": "n = 4"
                },
                "branch": 1,
                "causes": [
                  "4 broke"
                ],
                "fingerprint": {
                  "code": "…"
                },
                "path": "experiment[lab]/group[i]/fragile[4]",
                "position": 3,
                "print": "51594e1f18a09789f87e4ffcc17e7f58",
                "run": "experiment[lab]",
                "session": 2,
                "started": "…",
                "took": 1
              },
              "run": "experiment[lab]",
              "sessions": [
                {
                  "arguments": [],
                  "ended": "2023-11-14T22:16:15Z",
                  "host": "host",
                  "outcome": "done",
                  "pid": 7,
                  "profiles": [],
                  "program": "",
                  "run": "experiment[lab]",
                  "session": 1,
                  "started": "2023-11-14T22:15:00Z",
                  "version": ""
                },
                {
                  "arguments": [],
                  "ended": "2023-11-14T22:17:55Z",
                  "host": "host",
                  "outcome": "failed",
                  "pid": 7,
                  "profiles": [],
                  "program": "",
                  "run": "experiment[lab]",
                  "session": 2,
                  "started": "2023-11-14T22:16:40Z",
                  "version": ""
                }
              ],
              "steps": [
                {
                  "artifacts": [],
                  "path": "experiment[lab]/add[1]",
                  "seconds": 0.00008,
                  "session": 1,
                  "started": "2023-11-14T22:13:20Z"
                },
                {
                  "artifacts": [],
                  "path": "experiment[lab]/group[g]/add[2]",
                  "seconds": 62.0,
                  "session": 2,
                  "started": "2023-11-14T22:13:20Z"
                },
                {
                  "artifacts": [],
                  "path": "experiment[lab]/group[g]/group[h]/scale[3]",
                  "seconds": 3.25,
                  "session": 2,
                  "started": "2023-11-14T22:13:20Z"
                }
              ]
            }
          ],
          "store": "lab.redb"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&value).unwrap());
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let lab = Lab::new();
    let error = View::read(&lab.file()).unwrap_err();
    assert!(error.to_string().ends_with("does not exist yet"), "{error}");
}
