//! What is shown of one task.

use expect_test::expect;
use thinking::{TaskView, View};

use super::training::training;
use super::{at, clock, find, group, lab};
use crate::lab::{Lab, Op};

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
