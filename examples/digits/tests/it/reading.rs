//! The commands that read the store, on two branches: what was learned with two rates.

use expect_test::expect;
use serde_json::Value;

use crate::jail::Jail;

/// Two branches: the first with three epochs, the second, which is the current one, with four and
/// another rate.
fn jail() -> Jail {
    let jail = Jail::new();
    let small = ["--set", "training.hidden_units=4"];
    jail.succeed(&[&small[..], &["--set", "training.epochs=3"]].concat());
    let changed = ["--set", "training.epochs=4", "--set", "training.learning_rate=0.05", "--fork"];
    jail.succeed(&[&small[..], &changed].concat());
    jail
}

fn text(jail: &Jail, arguments: &[&str]) -> String {
    let text = jail.succeed(arguments).stdout;
    assert!(!text.contains('\u{1b}'), "colours in a pipe: {text}");
    text
}

fn json(jail: &Jail, arguments: &[&str]) -> Value {
    let json = jail.succeed(&[arguments, &["--json"]].concat()).stdout;
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// The error of a command line that names something that is not there.
fn refused(jail: &Jail, arguments: &[&str]) -> String {
    let refused = jail.run(arguments);
    assert_eq!((refused.code(), &*refused.stdout), (2, ""), "{}", refused.stderr);
    refused.stderr
}

#[test]
fn show() {
    let jail = jail();
    let shown = text(&jail, &["show", "epoch[3]"]);
    for line in [
        "step      experiment/train/epoch[3]\n",
        "branch    main-2, position 5\n",
        "session   2, digits ",
        "arguments n = 3\n",
        "components\n  digits::optimizer::sgd::sgd\n  digits::trainer::Trainer\n",
        "  training.learning_rate = 0.05\n",
        "result\n  {epoch: 3, loss: 0.",
    ] {
        assert!(shown.contains(line), "`{line}` in {shown}");
    }
    let step = json(&jail, &["show", "main:epoch[3]"]);
    assert_eq!(step["kind"], "step");
    assert_eq!(step["path"], "experiment/train/epoch[3]");
    assert_eq!((&step["branch"], &step["position"]), (&"main".into(), &5.into()));
    assert_eq!(step["session"]["session"], 1);
    assert_eq!(step["inputs"]["settings"]["training.learning_rate"], "0.02");
    assert_eq!(step["result"]["epoch"], 3);

    // The key of a report is a hash; its name is enough.
    let report = json(&jail, &["show", "report"]);
    assert_eq!(report["artifacts"][0]["name"], "report.md");
    let size = jail.read("report/report.md").len();
    assert_eq!(report["artifacts"][0]["size"], size);

    let stage = text(&jail, &["show", "train"]);
    assert!(stage.starts_with("stage     experiment/train\n"), "{stage}");
    assert!(stage.contains("\nsteps     5 done, "), "{stage}");
    assert!(stage.contains("\n  epoch[4]    1  step  "), "{stage}");

    let unknown = refused(&jail, &["show", "epoch[5]"]);
    assert!(
        unknown.starts_with(
            "error: no task ends with `epoch[5]` on branch `main-2`; is it `experiment/train/epoch["
        ),
        "{unknown}"
    );
    let elsewhere = refused(&jail, &["show", "evaluate[3]"]);
    assert!(elsewhere.contains("; there is `main:experiment/evaluate[3]`"), "{elsewhere}");
    let ambiguous = refused(&jail, &["show", "epoch"]);
    assert!(ambiguous.contains("can be `main-2:experiment/train/epoch[1]`, "), "{ambiguous}");
    assert!(refused(&jail, &["show", "train//epoch"]).contains("is no place"));
}

#[test]
fn state() {
    let jail = jail();
    let tables = text(&jail, &["state"]);
    assert!(tables.starts_with("after main-2:experiment\ntable "), "{tables}");
    assert!(tables.contains("\nmetrics     4  u32  EpochMetrics\n"), "{tables}");
    let metrics = text(&jail, &["state", "metrics", "--at", "epoch[2]"]);
    let head = "table metrics after main-2:experiment/train/epoch[2]: 2 rows\nkey  epoch  ";
    assert!(metrics.starts_with(head), "{metrics}");
    let few = text(&jail, &["state", "metrics", "--limit", "1"]);
    assert!(few.ends_with("… 3 more rows: `--all` shows them\n"), "{few}");
    let csv = text(&jail, &["state", "metrics", "--at", "main", "--all", "--csv"]);
    assert_eq!(csv.lines().next().unwrap(), "key,epoch,loss,accuracy");
    assert_eq!(csv.lines().count(), 4);
    let rows = json(&jail, &["state", "metrics", "--limit", "2"]);
    assert_eq!((&rows["count"], rows["rows"].as_array().unwrap().len()), (&4.into(), 2));
    assert_eq!(rows["rows"][1]["key"], 2);
    assert_eq!(rows["place"]["path"], "experiment");
    // The loss that was recorded is the one that is shown, to the last digit.
    let step = json(&jail, &["show", "epoch[2]"]);
    assert_eq!(rows["rows"][1]["value"], step["result"]);
    assert_eq!(json(&jail, &["state"])["tables"][0]["table"], "digits");
    assert_eq!(
        refused(&jail, &["state", "metric"]),
        "error: there is no table `metric`; known tables: digits, metrics, models, split\n"
    );
}

#[test]
fn diff() {
    let jail = jail();
    let diff = text(&jail, &["diff", "main", "main-2"]);
    for part in [
        "they share 2 steps, up to experiment/divide\n",
        "\n2 steps on main only\n  experiment/evaluate[3]  ",
        "  setting training.learning_rate  0.02    0.05      4  experiment/train/initialise\n",
        "\nresults of epoch\n  step  ",
        "\ntable metrics: 4 rows not the same, 0 the same\n  key  ",
    ] {
        assert!(diff.contains(part), "`{part}` in {diff}");
    }
    let diff = json(&jail, &["diff", "main", "main-2"]);
    assert_eq!((&diff["shared"], &diff["steps_count"]), (&2.into(), &4.into()));
    let change = &diff["changes"][0];
    assert_eq!(change["name"], "training.learning_rate");
    assert_eq!((&change["a"], &change["b"]), (&"0.02".into(), &"0.05".into()));
    let metrics = &diff["tables"][0];
    assert_eq!((&metrics["table"], &metrics["rows_count"]), (&"metrics".into(), &4.into()));
    assert_eq!(metrics["rows"][3]["a"], Value::Null);
    assert_eq!(metrics["rows"][3]["b"]["epoch"], 4);
    let same = text(&jail, &["diff", "main", "main"]);
    assert!(same.ends_with("nothing is different\n"), "{same}");
    assert!(refused(&jail, &["diff", "main", "hot:"]).contains("known branches: main, main-2"));
}

#[test]
fn branches_and_tree() {
    let jail = jail();
    let branches = text(&jail, &["branches"]);
    assert!(branches.contains("\n*  main-2      9    7  "), "{branches}");
    assert!(branches.ends_with("  main after experiment/divide\n"), "{branches}");
    let branches = json(&jail, &["branches"]);
    assert_eq!((&branches[0]["left"], &branches[0]["steps"]), (&Value::Null, &8.into()));
    assert_eq!(branches[1]["left"]["branch"], "main");

    let level = text(&jail, &["tree", "--depth", "1"]);
    assert_eq!(level.lines().count(), 6, "{level}");
    let train = text(&jail, &["tree", "main:train"]);
    assert!(train.starts_with("experiment/train  4 steps, "), "{train}");
    assert_eq!(train.lines().count(), 5, "{train}");
    assert_eq!(json(&jail, &["tree", "main"])[0]["steps"], 8);
}

#[test]
fn export() {
    let jail = jail();
    let page = jail.read("report/report.md");
    assert_eq!(text(&jail, &["export", "report.md", "--to", "out"]), "out/report.md\n");
    assert_eq!(jail.read("out/report.md"), page);
    let exported = json(&jail, &["export", "main:report", "--to", "old"]);
    assert_eq!(exported[0]["file"], "old/report.md");
    assert_eq!(exported[1]["name"], "learning.svg");
    assert_ne!(jail.read("old/report.md"), page);
    // Those below a stage lie in a directory per task.
    let all = text(&jail, &["export", "main-2", "--only", "report.md", "--to", "all"]);
    assert!(all.starts_with("all/report[") && all.ends_with("]/report.md\n"), "{all}");

    jail.write("out/report.md", "mine");
    let refusal = jail.run(&["export", "report.md", "--to", "out"]);
    assert_eq!(refusal.code(), 1);
    assert!(refusal.stderr.contains("is there already, with other content; `--force` "));
    assert_eq!(jail.read("out/report.md"), b"mine");
    jail.succeed(&["export", "report.md", "--to", "out", "--force"]);
    assert_eq!(jail.read("out/report.md"), page);

    let unknown = refused(&jail, &["export", "repot.md"]);
    expect![[r#"
        error: `repot.md` is neither an artifact nor a task on branch `main-2`; did you mean `report.md`?
          artifacts: `learning.svg`, `report.md`
    "#]].assert_eq(&unknown);
    expect![[r#"
        error: `epoch[7]` is neither an artifact nor a task on branch `main-2`; did you mean `experiment/train/epoch[1]`, `experiment/train/epoch[2]` or `experiment/train/epoch[3]`?
          artifacts: `learning.svg`, `report.md`
    "#]].assert_eq(&refused(&jail, &["export", "epoch[7]"]));
    expect![[r#"
        error: `divide` has no artifact
          artifacts: `learning.svg`, `report.md`
    "#]]
    .assert_eq(&refused(&jail, &["export", "divide"]));
    expect![[r#"
        error: `main` has no artifact `report`
          artifacts: `learning.svg`, `report.md`
    "#]]
    .assert_eq(&refused(&jail, &["export", "main", "--only", "report"]));
}

#[test]
fn before_the_first_run_there_is_nothing_to_read() {
    let jail = Jail::new();
    for arguments in [&["show", "load"][..], &["state"], &["diff", "a", "b"], &["export", "a"]] {
        let refused = jail.run(arguments);
        assert_eq!(refused.code(), 1, "{arguments:?}");
        assert!(refused.stderr.starts_with("error: nothing has run yet"), "{}", refused.stderr);
    }
    assert_eq!(json(&jail, &["branches"]), serde_json::json!([]));
    assert!(text(&jail, &["branches"]).starts_with("nothing has run yet"));
    assert!(!jail.path(".thinking").exists());
}

#[test]
fn help_teaches() {
    let jail = Jail::new();
    for command in ["status", "tree", "show", "state", "diff", "branches", "export"] {
        let help = text(&jail, &[command, "--help"]);
        assert!(help.contains(&format!("Examples:\n  digits {command}")), "{help}");
    }
}

#[test]
fn logs() {
    let jail = jail();
    let load = text(&jail, &["logs", "load"]);
    let (heading, line) = load.split_once('\n').unwrap();
    assert!(heading.starts_with("experiment/load["), "{load}");
    assert!(heading.ends_with("]  session 1"), "{load}");
    assert!(line.contains(" INFO  1797 digits, digest "), "{load}");
    let all = json(&jail, &["logs", "main"]);
    let logs = all.as_array().unwrap();
    assert!(logs.iter().all(|log| log["failed_attempt"].is_null() && log["left_out"] == 0));
    let line = &logs[0]["first"][0];
    assert_eq!((&line["level"], &line["target"]), (&"info".into(), &"digits::experiment".into()));
    assert!(text(&jail, &["logs", "divide"]).ends_with("` logged nothing\n"));

    assert!(refused(&jail, &["logs", "epoch[99]"]).starts_with("error: no task ends with "));
}
