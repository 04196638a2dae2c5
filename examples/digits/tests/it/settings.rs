//! Changed settings: what is run again, what is not, and what is said about it.

use expect_test::expect;

use crate::changes::masked;
use crate::jail::Jail;

/// The paths below the experiment; the key of the report is a hash, which says nothing here.
fn names(paths: &[String]) -> Vec<&str> {
    let below = paths.iter().map(|path| path.strip_prefix("experiment/").unwrap());
    below.map(|path| if path.starts_with("report[") { "report" } else { path }).collect()
}

#[test]
fn more_epochs_are_added_to_those_that_are_done() {
    let jail = Jail::new();
    jail.succeed(&["--set", "training.epochs=3"]);
    let more = jail.succeed(&["--set", "training.epochs=5"]);
    let paths = more.done();
    assert_eq!(names(&paths), ["train/epoch[4]", "train/epoch[5]", "evaluate[5]", "report"]);
    let warning = more.lines_with("`experiment/train/epoch[4]` changed");
    assert_eq!(warning.len(), 1, "{}", more.stderr);
    assert!(warning[0].contains("recorded here is `experiment/evaluate[3]`"), "{}", warning[0]);
    assert!(warning[0].ends_with("on branch `main-2`; the old branch stays"), "{}", warning[0]);
    let same = jail.succeed(&["--set", "training.epochs=5"]);
    assert_eq!(same.done(), Vec::<String>::new());
}

#[test]
fn a_changed_setting_is_refused_before_anything_is_executed() {
    let jail = Jail::new();
    jail.succeed(&["--set", "training.epochs=3"]);
    let page = jail.read("report/report.md");
    jail.replace("training.toml", "learning_rate = 0.02", "learning_rate = 0.03");
    let refused = jail.run(&["--set", "training.epochs=3", "--on-change", "refuse"]);
    assert_eq!(refused.code(), 3, "{}", refused.stderr);
    assert_eq!(refused.done(), Vec::<String>::new());
    expect![[r#"
        error: `experiment/train/initialise` cannot be reused
          - the setting `training.learning_rate`: 0.02 → 0.03
        at stake: 6 finished steps, TIME of work
        ways on:
          digits run --set 'training.epochs=3' --fork
              run them again on a new branch; the old one stays
          digits run --set 'training.epochs=3' --keep experiment/train/initialise
              vouch for the recorded result, and reuse it from now on
          digits plan --set 'training.epochs=3'
              show what would run, and why
          or restore what changed, and run again
    "#]]
    .assert_eq(&masked(&refused.stderr));
    assert_eq!(jail.read("report/report.md"), page);

    // What the message offers: the old value back …
    jail.replace("training.toml", "learning_rate = 0.03", "learning_rate = 0.02");
    let same = jail.succeed(&["--set", "training.epochs=3", "--on-change", "refuse"]);
    assert_eq!(same.done(), Vec::<String>::new());
    // … or a new branch, from the first step that read it.
    let rate = ["--set", "training.epochs=3", "--set", "training.learning_rate=0.03"];
    let forked = jail.succeed(&[&rate[..], &["--fork"]].concat());
    // The optimizer read it, and the step that makes the first model already uses that.
    assert_eq!(names(&forked.done())[0], "train/initialise");
    assert_eq!(forked.done().len(), 6);
    let status = jail.succeed(&["status"]).stdout;
    assert!(status.contains(", 1 other\n"), "{status}");
}

#[test]
fn what_changes_no_result_runs_nothing_again() {
    let jail = Jail::new();
    let epochs = ["--set", "training.epochs=3", "--on-change", "refuse"];
    jail.succeed(&epochs);
    let auxiliary = jail.succeed(&[&epochs[..], &["--set", "training.report_every=1"]].concat());
    assert_eq!(auxiliary.done(), Vec::<String>::new());
    jail.replace("training.toml", "# How the network learns.", "# A comment.");
    jail.replace("training.toml", "learning_rate = 0.02", "learning_rate = 2e-2 # the same");
    assert_eq!(jail.succeed(&epochs).done(), Vec::<String>::new());
}
