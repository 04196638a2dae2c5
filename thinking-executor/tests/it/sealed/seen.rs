//! What commands say of sealed stages: `plan`, `show`, `tree`, `status`, `gc` and `verify`.

use expect_test::expect;
use thinking::{
    Garbage, Old, OnChange, Plan, TaskView, TreeLimits, Verification, WallClock, collect_garbage,
    plan,
};
use thinking_injection::Container;

use super::changes::reads;
use super::{NOTHING, ran, sealed, seals, tried};
use crate::change::container;
use crate::lab::{Lab, Op, bodies, broken, empty, experiment};
use crate::rows;

impl Lab {
    /// What a session would do with these parts, which must not change a row.
    fn planned(&self, ops: &[Op], container: &Container) -> Plan {
        let before = self.rows();
        let plan = plan(experiment(ops.to_vec()), container, &self.store(), self.options.clone());
        assert_eq!(self.rows(), before);
        plan.unwrap()
    }
}

/// The text of a plan, without times and the run.
fn text(plan: &Plan) -> String {
    let text = plan.to_string().replace("experiment[lab]/", "");
    let lines = text.lines().filter(|line| !line.starts_with("at stake"));
    lines.map(|line| format!("{line}\n")).collect()
}

fn ops() -> Vec<Op> {
    let inner = sealed("i", &[Op::Add(3), Op::Add(4)]);
    vec![Op::Add(1), sealed("s", &[Op::Add(2), inner, Op::Tuned]), Op::Add(5)]
}

#[test]
fn a_plan_says_what_is_skipped_whole_and_why_a_body_runs() {
    let mut lab = Lab::new();
    let (old, new) = (container(&[], None), container(&["tuning.depth=7"], None));
    expect![[r#"
        run       add[1]
        0 steps to skip, 1 to run; what follows is not known before `add[1]` has run
    "#]]
    .assert_eq(&text(&Lab::new().planned_first(&ops(), &old)));
    lab.session_in(experiment(ops()), &old).result.unwrap();
    bodies();
    let plan = lab.planned(&ops(), &old);
    assert_eq!(bodies(), [""; 0]);
    expect![[r#"
        skip      add[1]
        sealed    sealed[s]  (4 steps)
        skip      add[5]
        6 steps to skip, 0 to run
        on branch `main`
    "#]]
    .assert_eq(&text(&plan));
    let json = serde_json::to_value(&plan.steps[1]).unwrap();
    assert_eq!((&json["action"], &json["steps"]), (&"sealed".into(), &4.into()));

    expect![[r#"
        skip      add[1]
        body      sealed[s]
                    - the setting `tuning.depth`: 3 → 7
                    - in `it::lab::tuned`: the setting `tuning.depth`: 3 → 7
        skip      sealed[s]/add[2]
        sealed    sealed[s]/sealed[i]  (2 steps)
        diverged  sealed[s]/tuned
                    - the setting `tuning.depth`: 3 → 7
        run       add[5]  (after `sealed[s]/tuned`)
        4 steps to skip, 2 to run
    "#]]
    .assert_eq(&text(&lab.planned(&ops(), &new)));

    // Everything behind the first difference would run again, so nothing is skipped there.
    let mut changed = ops();
    changed[0] = Op::Add(9);
    lab.options.on_change = OnChange::Fork;
    let plan = text(&lab.planned(&changed, &old));
    assert!(!plan.contains("sealed    "), "{plan}");
    let longer = [Op::Add(1), sealed("s", &[Op::Add(2)])];
    expect![[r#"
        skip      add[1]
        body      sealed[s]
                    - its argument `ops[1]`: {"Sealed":["i",[{"Add":3},{"Add":4}]]} → none
                    - its argument `ops[2]`: "Tuned" → none
        skip      sealed[s]/add[2]
        left      sealed[s]/sealed[i]/add[3]
        left      sealed[s]/sealed[i]/add[4]
        left      sealed[s]/tuned
        left      add[5]
        2 steps to skip, 0 to run
    "#]]
    .assert_eq(&text(&lab.planned(&longer, &old)));
}

impl Lab {
    fn planned_first(&self, ops: &[Op], container: &Container) -> Plan {
        plan(experiment(ops.to_vec()), container, &self.store(), self.options.clone()).unwrap()
    }
}

#[test]
fn a_plan_says_that_there_is_no_seal() {
    let lab = Lab::new();
    broken(true);
    let ops = [sealed("s", &[Op::Add(1), Op::Fragile(2)])];
    lab.run(&ops).result.unwrap_err();
    broken(false);
    bodies();
    expect![[r#"
        body      sealed[s]
                    - it has no seal here
        skip      sealed[s]/add[1]
        run       sealed[s]/fragile[2]
        1 step to skip, 1 to run; what follows is not known before `sealed[s]/fragile[2]` has run
        on branch `main`
    "#]]
    .assert_eq(&text(&lab.planned(&ops, &empty())));
}

/// Of several seals the newest is the one that the program is compared with first.
#[test]
fn a_plan_compares_with_the_newest_seal() {
    let lab = Lab::new();
    let with = |rate: &str| container(&[&format!("tuning.rate={rate}")], None);
    for rate in ["0.5", "0.25"] {
        lab.session_in(reads(), &with(rate)).result.unwrap();
    }
    bodies();
    let plan = plan(reads(), &with("0.125"), &lab.store(), lab.options.clone()).unwrap();
    assert_eq!(plan.steps[0].reasons[0], "the setting `tuning.rate`: 0.25 → 0.125");
}

/// Without what differs between two runs.
fn masked(text: &str) -> String {
    let is_fact = |line: &&str| {
        ["started", "ended", "longest", "store", "session"]
            .iter()
            .all(|word| !line.starts_with(word))
    };
    let line = |line: &str| match line.split_once(" session 1, ") {
        Some((before, _)) => format!("{before} session 1, TIME\n"),
        None => format!("{line}\n"),
    };
    let text: String = text.lines().filter(is_fact).map(line).collect();
    // Durations: a number and its unit.
    let words = text.split_inclusive([' ', '\n', ',']).map(|word| {
        let number = word.trim_end_matches([' ', '\n', ',']);
        let is_time = number.ends_with('s') && number.starts_with(|c: char| c.is_ascii_digit());
        if is_time { word.replace(number, "TIME") } else { word.to_owned() }
    });
    words.collect()
}

#[test]
fn show_tree_and_status_tell_that_a_stage_is_sealed() {
    let lab = Lab::new();
    lab.session_in(experiment(ops()), &container(&[], None)).result.unwrap();
    bodies();
    let view = lab.open();
    let place = view.find(&"sealed[s]".parse().unwrap()).unwrap();
    let shown = view.task(&place).unwrap();
    expect![[r#"
        stage     experiment[lab]/sealed[s]
        branch    main, positions 1 to 4
        steps     4 done, TIME of work
        sealed    in session 1, TIME
        arguments name = "s", ops = [{"Add":2},{"Sealed":["i",[{"Add":3},{"Add":4}]]},"Tuned"]
        tasks
          add[2]     1  step   TIME
          sealed[i]  2  steps  TIME
          tuned      1  step   TIME
        settings read
          tuning.depth = 3
        depends on the tasks
          it::lab::add
          it::lab::tuned
        result
          [3, 6, 10, 13]
    "#]]
    .assert_eq(&masked(&shown.text(&WallClock::system(), false)));
    let json = serde_json::to_value(&shown).unwrap();
    assert_eq!(json["seal"]["result"], serde_json::json!([3, 6, 10, 13]));
    let TaskView::Stage(outer) = view.task(&view.current().unwrap()[0]).unwrap() else { panic!() };
    assert_eq!(outer.seal, None);

    let tree = view.tree(&view.current().unwrap()[0]).unwrap();
    expect![[r#"
        experiment[lab]  6 steps, TIME
        ├── add[1]  TIME
        ├── sealed[s]  4 steps, TIME, sealed
        │   ├── add[2]  TIME
        │   ├── sealed[i]  2 steps, TIME, sealed
        │   │   ├── add[3]  TIME
        │   │   └── add[4]  TIME
        │   └── tuned  TIME
        └── add[5]  TIME
    "#]]
    .assert_eq(&masked(&tree.draw(TreeLimits::default())));

    let status = view.status().unwrap();
    assert_eq!(status.runs[0].sealed, 2);
    expect![[r#"
        run       experiment[lab]
        branch    main
        steps     6 done, TIME of work, 2 stages sealed
        last      experiment[lab]/add[5]
    "#]]
    .assert_eq(&masked(&status.text(&WallClock::system())));
}

fn sound(lab: &Lab) -> Verification {
    let verification = Verification::of(&lab.file()).unwrap();
    assert!(verification.is_sound(), "{}", verification.text());
    assert_eq!(verification.rows, lab.rows().len() as u64);
    verification
}

#[test]
fn gc_removes_the_seals_of_steps_that_go_and_keeps_the_others() {
    let lab = Lab::new();
    let ops = |n| {
        let shared = sealed("shared", &[tried(7), Op::Add(1), tried(8)]);
        vec![shared, Op::Add(2), sealed("s", &[Op::Add(3), Op::Keyed("k".to_owned(), n)])]
    };
    broken(true);
    lab.run(&ops(1)).result.unwrap();
    lab.run(&ops(2)).result.unwrap();
    broken(false);
    assert_eq!(seals(&lab), ["(0, 0) 1", "(0, 2) 1", "(1, 2) 1"]);
    sound(&lab);
    assert!(Garbage::find(&lab.file(), &Old::default()).unwrap().is_empty());
    let all = Old { branches: true, ..Old::default() };
    let (garbage, _) = collect_garbage(&lab.file(), &all).unwrap();
    assert_eq!(garbage.rows["seals"], 1);
    assert_eq!(seals(&lab), ["(0, 0) 1", "(1, 2) 1"]);
    sound(&lab);
    bodies();
    assert_eq!(ran(lab.run(&ops(2))), NOTHING);
}

#[test]
fn verify_finds_what_is_wrong_with_a_seal() {
    let lab = Lab::new();
    lab.run(&[sealed("s", &[Op::Add(1), Op::Add(2)])]).result.unwrap();
    bodies();
    sound(&lab);
    let [(key, sealed)] = &rows::raw(&lab.file(), rows::SEALS)[..] else { panic!() };
    let mut damaged = sealed.clone();
    *damaged.last_mut().unwrap() ^= 1;
    rows::put(&lab.file(), rows::SEALS, key, &damaged);
    // Of a branch that has no such position.
    let elsewhere = [&7_u32.to_be_bytes()[..], &key[4..]].concat();
    rows::put(&lab.file(), rows::SEALS, &elsewhere, sealed);
    rows::put(&lab.file(), rows::SEALS, b"short", sealed);
    let text = Verification::of(&lab.file()).unwrap().text();
    let (findings, _) = text.split_once("3 findings").unwrap();
    expect![[r#"
        the seal at position 0 of branch `main` of `experiment[lab]`: the bytes are damaged: the checksum does not fit
          the stage is not skipped whole: its body runs, and its steps are as they were
          help: run the program, which seals the stage again; `gc` removes a damaged seal

        the seal at position 0 of branch 7, of `experiment[lab]/sealed[s]`: its last step, at position 1, is missing
          the stage is not skipped whole: its body runs, and its steps are as they were
          help: run the program, which seals the stage again; `gc` removes a damaged seal

        a row of `seals` with the key 73686f7274: no such key is ever written
          the stage is not skipped whole: its body runs, and its steps are as they were
          help: run the program, which seals the stage again; `gc` removes a damaged seal

    "#]].assert_eq(findings);
}
