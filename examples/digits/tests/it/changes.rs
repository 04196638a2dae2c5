//! Plans, vouching for results, and going back, as commands.

use expect_test::{Expect, expect};

use crate::jail::Jail;

const EPOCHS: [&str; 2] = ["--set", "training.epochs=3"];

/// A text with the path of the program as its name, times as `TIME` and hashed keys as `KEY`.
pub(crate) fn masked(text: &str) -> String {
    let text = text.replace(env!("CARGO_BIN_EXE_digits"), "digits");
    let lines = text.split_inclusive('\n').map(|line| match line.split_once(" of work") {
        Some((before, after)) => {
            let (before, _) = before.rsplit_once(", ").unwrap();
            format!("{before}, TIME of work{after}")
        }
        None => line.to_owned(),
    });
    let text: String = lines.collect();
    ["load[", "report["].iter().fold(text, |text, task| {
        let mut parts = text.split(task);
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |text, part| text + task + "KEY" + &part[part.find(']').unwrap()..])
    })
}

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [more, &EPOCHS[..]].concat()
}

#[track_caller]
fn says(jail: &Jail, arguments: &[&str], expected: Expect) {
    expected.assert_eq(&masked(&jail.succeed(arguments).stdout));
}

#[test]
fn a_plan_names_what_would_run_and_does_nothing() {
    let jail = Jail::new();
    says(
        &jail,
        &with(&["plan"]),
        expect![[r#"
            run       experiment/load[KEY]
            0 steps to skip, 1 to run; what follows is not known before `experiment/load[KEY]` has run
        "#]],
    );
    assert!(!jail.path(".thinking/digits.redb").exists());

    jail.succeed(&EPOCHS);
    std::fs::remove_dir_all(jail.path("report")).unwrap();
    let before = jail.read(".thinking/digits.redb");
    says(
        &jail,
        &with(&["plan"]),
        expect![[r#"
        skip      experiment/load[KEY]
        skip      experiment/divide
        skip      experiment/train/initialise
        skip      experiment/train/epoch[1]
        skip      experiment/train/epoch[2]
        skip      experiment/train/epoch[3]
        skip      experiment/evaluate[3]
        skip      experiment/report[KEY]
        8 steps to skip, 0 to run
        on branch `main`
    "#]],
    );
    let rate = ["plan", "--set", "training.learning_rate=0.03", "--on-change", "refuse"];
    says(
        &jail,
        &with(&rate),
        expect![[r#"
            skip      experiment/load[KEY]
            skip      experiment/divide
            diverged  experiment/train/initialise
                        - the setting `training.learning_rate`: 0.02 → 0.03
            diverged  experiment/train/epoch[1]
                        - the setting `training.learning_rate`: 0.02 → 0.03
            diverged  experiment/train/epoch[2]
                        - the setting `training.learning_rate`: 0.02 → 0.03
            diverged  experiment/train/epoch[3]
                        - the setting `training.learning_rate`: 0.02 → 0.03
            run       experiment/evaluate[3]  (after `experiment/train/initialise`)
            diverged  experiment/report[KEY]
                        - the setting `training.learning_rate`: 0.02 → 0.03
            2 steps to skip, 6 to run
            at stake from `experiment/train/initialise` on: 6 finished steps, TIME of work; the session would stop there and ask
        "#]],
    );
    says(
        &jail,
        &["plan", "--set", "training.epochs=4"],
        expect![[r#"
        skip      experiment/load[KEY]
        skip      experiment/divide
        skip      experiment/train/initialise
        skip      experiment/train/epoch[1]
        skip      experiment/train/epoch[2]
        skip      experiment/train/epoch[3]
        diverged  experiment/train/epoch[4]
                    - recorded here is `experiment/evaluate[3]`, asked for is `experiment/train/epoch[4]`
        unknown   experiment/evaluate[3]  (after `experiment/train/epoch[4]`)
        unknown   experiment/report[KEY]  (after `experiment/train/epoch[4]`)
        6 steps to skip, 1 to run; what follows, with 2 that are recorded, is not known before `experiment/train/epoch[4]` has run
        at stake from `experiment/train/epoch[4]` on: 2 finished steps, TIME of work; they would run again on a new branch
    "#]],
    );
    let json = jail.succeed(&with(&["plan", "--json"])).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["run"], &json["steps"][1]["action"]), (&"experiment".into(), &"skip".into()));
    assert!(jail.read(".thinking/digits.redb") == before, "the store is as it was");
    assert!(!jail.path("report").exists(), "nothing is exported");
}

#[test]
fn a_plan_is_made_while_the_program_runs() {
    let jail = Jail::new();
    let mut running = jail.start(&["--set", "training.epochs=2000"]);
    assert!(running.wait_for("epoch[2]", 1));
    let plan = jail.succeed(&["plan", "--set", "training.epochs=2000"]).stdout;
    assert!(plan.contains("skip      experiment/train/epoch[1]\n"), "{plan}");
    for change in [&["rollback", "--to", "epoch[1]"][..], &["switch", "main"]] {
        let refused = jail.run(change);
        assert_eq!(refused.code(), 69, "{}", refused.stderr);
        let owner = format!("in use by process {}", running.pid());
        assert!(refused.stderr.contains(&owner), "{}", refused.stderr);
    }
    running.kill();
}

#[test]
fn a_step_that_is_kept_is_not_asked_about_again() {
    let jail = Jail::new();
    jail.succeed(&EPOCHS);
    let refuse = with(&["--set", "training.learning_rate=0.03", "--on-change", "refuse"]);
    let kept = [&refuse[..], &["--keep", "initialise"]].concat();
    let refused = jail.run(&kept);
    assert_eq!((refused.code(), refused.done()), (3, vec![]));
    let line = refused.lines_with("digits run").pop().unwrap();
    assert!(
        line.ends_with("--keep initialise --keep 'experiment/train/epoch[1]'"),
        "{}",
        refused.stderr
    );
    let keep_all = with(&["--set", "training.learning_rate=0.03", "--on-change", "keep"]);
    assert_eq!(jail.succeed(&keep_all).done(), Vec::<String>::new());
    assert_eq!(jail.succeed(&refuse).done(), Vec::<String>::new());
    assert_eq!(jail.succeed(&EPOCHS).done(), Vec::<String>::new());
}

/// What can be known is said before anything runs, and the rest as soon as it is known.
#[test]
fn what_cannot_be_kept_is_said_at_once() {
    let jail = Jail::new();
    jail.succeed(&EPOCHS);
    let changed = |keep| with(&["--set", "training.learning_rate=0.03", "--fork", "--keep", keep]);
    for (keep, expected) in [
        (
            "initialize",
            expect![[r#"
        error: what is to be kept is no recorded step
          caused by: no task ends with `initialize` on branch `main`; is it `experiment/train/initialise`?
        `plan` says which steps changed, and so may be kept
    "#]],
        ),
        (
            "train",
            expect![[r#"
        error: what is to be kept is no recorded step
          caused by: `experiment/train` is a stage; a step of it is `experiment/train/initialise`, `experiment/train/epoch[1]` or `experiment/train/epoch[2]`
        `plan` says which steps changed, and so may be kept
    "#]],
        ),
    ] {
        let refused = jail.run(&changed(keep));
        assert_eq!((refused.code(), refused.done()), (2, vec![]));
        expected.assert_eq(&refused.stderr);
    }
    let warned = jail.succeed(&changed("load"));
    assert!(warned.stderr.contains("]`: it did not change\n"), "{}", warned.stderr);
    assert!(!warned.done().is_empty());
    let changed = with(&["--set", "training.learning_rate=0.04", "--fork", "--keep", "epoch[2]"]);
    let warned = jail.succeed(&changed).stderr;
    let expected = "`epoch[2]` is not kept: `experiment/train/initialise`, which comes before it, \
                    changed and runs again\n";
    assert!(warned.contains(expected), "{warned}");
}

#[test]
fn switching_a_profile_forth_and_back_runs_nothing_again() {
    let jail = Jail::new();
    jail.succeed(&EPOCHS);
    let adam = with(&["--profile", "adam"]);
    assert!(!jail.succeed(&adam).done().is_empty());
    for _ in 0..2 {
        let back = jail.succeed(&EPOCHS);
        assert_eq!(back.done(), Vec::<String>::new());
        assert_eq!(back.lines_with("going on on branch `main`, which has recorded").len(), 1);
        assert_eq!(jail.succeed(&adam).done(), Vec::<String>::new());
    }
}

#[test]
fn going_back_and_returning() {
    let jail = Jail::new();
    jail.succeed(&EPOCHS);
    says(
        &jail,
        &["rollback", "--to", "epoch[1]"],
        expect![[r#"
            `experiment` goes on on branch `main-2` after 4 steps
            branch `main` keeps 4 steps of its own; to return:
              digits switch main
        "#]],
    );
    let again = jail.succeed(&EPOCHS).done();
    assert_eq!(again[..2], ["experiment/train/epoch[2]", "experiment/train/epoch[3]"]);
    says(
        &jail,
        &["switch", "main"],
        expect![[r#"
            `experiment` goes on on branch `main` after 8 steps
            branch `main-2` keeps 4 steps of its own; to return:
              digits switch main-2
        "#]],
    );
    says(
        &jail,
        &["switch", "main"],
        expect![[r#"
        `main` is the current branch already
    "#]],
    );
    assert_eq!(jail.succeed(&EPOCHS).done(), Vec::<String>::new());
    let fork = ["fork", "--at", "main-2:epoch[2]", "--name", "trial"];
    says(
        &jail,
        &fork,
        expect![[r#"
            `experiment` goes on on branch `trial` after 5 steps
            branch `main` keeps 4 steps of its own; to return:
              digits switch main
        "#]],
    );
    let json = jail.succeed(&["switch", "main", "--json"]).stdout;
    expect![[r#"
        {
          "run": "experiment",
          "left": "trial",
          "branch": "main",
          "steps": 8,
          "behind": 1
        }
    "#]]
    .assert_eq(&json);
    says(
        &jail,
        &["rollback", "--to", "experiment"],
        expect![[r#"
        nothing is recorded after it: everything is as it was
    "#]],
    );
}

#[test]
fn places_and_branches_that_there_are_not() {
    let jail = Jail::new();
    let wrong = |arguments: &[&str], expected: Expect| {
        let wrong = jail.run(arguments);
        assert_eq!(wrong.code(), 2, "{}", wrong.stderr);
        expected.assert_eq(&wrong.stderr);
    };
    wrong(
        &["switch", "main"],
        expect![[r#"
        error: nothing has run yet, so there is no branch
    "#]],
    );
    assert!(!jail.path(".thinking/digits.redb").exists());
    jail.succeed(&EPOCHS);
    wrong(
        &["switch", "trunk"],
        expect![[r#"
        error: there is no branch `trunk`; known branches: main
    "#]],
    );
    wrong(
        &["rollback", "--to", "epoch[9]"],
        expect![[r#"
        error: no task ends with `epoch[9]` on branch `main`; is it `experiment/train/epoch[1]`, `experiment/train/epoch[2]` or `experiment/train/epoch[3]`?
    "#]],
    );
    wrong(
        &["fork", "--at", "epoch[1]", "--name", "main"],
        expect![[r#"
        error: there is a branch `main` already
    "#]],
    );
    wrong(
        &["fork", "--at", "epoch[1]", "--name", "a:b"],
        expect![[r#"
        error: `a:b` is no name for a branch: it takes up to 64 letters, digits, `-`, `_` and `.`, and begins with a letter
    "#]],
    );
}
