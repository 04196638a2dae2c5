//! A run that nothing happens to, and the one after it.

use crate::jail::Jail;
use crate::store::Content;

const STORE: &str = ".thinking/digits.redb";

/// Runs twice and returns how many of the test digits were recognised, in percent.
fn run_twice(arguments: &[&str]) -> f64 {
    let jail = Jail::new();
    let first = jail.succeed(arguments);
    assert_eq!(first.done().len(), 45, "{}", first.stderr);
    let (page, plot) = (jail.read("report/report.md"), jail.read("report/learning.svg"));
    let content = Content::read(&jail.path(STORE));

    let second = jail.succeed(arguments);
    assert_eq!(second.done(), Vec::<String>::new());
    assert_eq!(
        second.lines_with("`experiment` is done"),
        ["`experiment` is done: 0 steps executed, 45 reused"]
    );
    assert_eq!(second.stdout, first.stdout);
    assert_eq!(jail.read("report/report.md"), page);
    assert_eq!(jail.read("report/learning.svg"), plot);
    Content::read(&jail.path(STORE)).assert_same(&content);

    let percent = first.stdout.strip_prefix("recognises ").unwrap();
    percent.split_once(" %").unwrap().0.parse().unwrap()
}

#[test]
fn plain_gradient_descent_learns_and_a_rerun_executes_nothing() {
    assert!(run_twice(&[]) >= 96.0);
}

#[test]
fn adam_learns_and_a_rerun_executes_nothing() {
    assert!(run_twice(&["--profile", "adam"]) >= 96.0);
}

/// A report that was deleted or edited is there again, from the store.
#[test]
fn a_lost_report_is_restored_without_work() {
    let jail = Jail::new();
    jail.succeed(&["--set", "training.epochs=2"]);
    let page = jail.read("report/report.md");
    std::fs::remove_dir_all(jail.path("report")).unwrap();
    let again = jail.succeed(&["--set", "training.epochs=2"]);
    assert_eq!(again.done(), Vec::<String>::new());
    assert_eq!(jail.read("report/report.md"), page);
    assert!(jail.path("report/learning.svg").exists());
}

#[test]
fn before_the_first_run_there_is_nothing_to_show_and_nothing_is_created() {
    let jail = Jail::new();
    for command in ["status", "tree"] {
        let shown = jail.succeed(&[command]);
        let store = jail.path(STORE);
        assert_eq!(
            shown.stdout,
            format!("nothing has run yet: there is nothing in `{}`\n", store.display())
        );
    }
    assert!(!jail.path(".thinking").exists());
}

#[test]
fn status_and_tree_tell_tools_what_they_tell_people() {
    let jail = Jail::new();
    let json = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&jail.succeed(arguments).stdout).unwrap()
    };
    assert_eq!(json(&["status", "--json"])["runs"], serde_json::json!([]));
    assert_eq!(json(&["tree", "--json"]), serde_json::json!([]));
    jail.succeed(&["--set", "training.epochs=2"]);

    let status = json(&["status", "--json"]);
    let run = &status["runs"][0];
    assert_eq!(status["owner"], serde_json::Value::Null);
    assert_eq!((&run["run"], &run["branch"]), (&"experiment".into(), &"main".into()));
    assert_eq!((&run["steps"], &run["sessions"]), (&7.into(), &1.into()));
    assert_eq!(run["session"]["outcome"], "done");

    let tree = json(&["tree", "--json"]);
    assert_eq!(tree[0]["steps"], 7);
    let train = &tree[0]["children"][2];
    assert_eq!(train["identity"], "train");
    assert_eq!(train["children"].as_array().unwrap().len(), 3);
    let text = jail.succeed(&["tree"]).stdout;
    for identity in ["load[", "divide  ", "epoch[1]  ", "epoch[2]  ", "evaluate[2]  ", "report["] {
        assert!(text.contains(&format!("─ {identity}")), "`{identity}` in {text}");
    }
    let text = jail.succeed(&["status"]).stdout;
    assert!(text.contains("\nsteps     7 done, "), "{text}");
}
