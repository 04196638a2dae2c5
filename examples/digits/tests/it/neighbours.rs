//! A second process while one has the store open.

use crate::jail::Jail;
use crate::session::Session;

/// Starts a run and stops its process in the midst of its work: it owns the store, and it is
/// still there when the others have ended.
fn paused(jail: &Jail, arguments: &[&str]) -> Session {
    let mut session = jail.start(arguments);
    assert!(session.wait_for(" done in ", 6));
    session.signal("STOP");
    session
}

#[test]
fn a_second_run_is_told_who_the_first_is_and_disturbs_nobody() {
    let jail = Jail::new();
    let first = paused(&jail, &[]);
    let second = jail.run(&[]);
    assert_eq!(second.code(), 69, "{}", second.stderr);
    let message = jail.normalised(second.lines_with("database `executor`")[0]);
    let owner = format!(
        "database `executor` at `ROOT/.thinking/digits.redb` is in use by process {} (`digits`) on ",
        first.pid()
    );
    assert!(message.starts_with(&owner), "{message}");
    assert_eq!(second.stdout, "");
    first.signal("CONT");
    let first = first.end();
    assert_eq!((first.code(), first.done().len()), (0, 45), "{}", first.stderr);
}

#[test]
fn status_and_tree_show_a_running_process() {
    let jail = Jail::new();
    let first = paused(&jail, &[]);
    let status = jail.succeed(&["status"]).stdout;
    let running = format!(" as process {} on ", first.pid());
    assert!(
        status.contains("session   1, running since ") && status.contains(&running),
        "{status}"
    );
    let tree = jail.succeed(&["tree"]).stdout;
    assert!(tree.contains("─ epoch[1]  "), "{tree}");
    assert!(tree.lines().next().unwrap().ends_with(", running"), "{tree}");
    // What is done can be looked at, too.
    let shown = jail.succeed(&["show", "epoch[1]"]).stdout;
    assert!(shown.contains("\n  {epoch: 1, loss: "), "{shown}");
    assert!(jail.succeed(&["state", "metrics"]).stdout.starts_with("table metrics after "));
    first.signal("CONT");
    let first = first.end();
    assert_eq!((first.code(), first.done().len()), (0, 45), "{}", first.stderr);
}

/// The store is copied while steps are committed. It stays small, and the steps are not too short:
/// a copy takes less time than a step.
#[test]
fn status_and_tree_read_a_store_that_is_being_written() {
    let jail = Jail::new();
    jail.replace("training.toml", "hidden_units = 64", "hidden_units = 4");
    jail.replace("training.toml", "batch_size = 16", "batch_size = 1");
    let mut first = jail.start(&["--set", "training.epochs=5000"]);
    assert!(first.wait_for(" done in ", 6));
    let mut steps = 0;
    for _ in 0..5 {
        let status: serde_json::Value =
            serde_json::from_str(&jail.succeed(&["status", "--json"]).stdout).unwrap();
        assert_eq!(status["owner"]["pid"], first.pid());
        let seen = status["runs"][0]["steps"].as_u64().unwrap();
        assert!(seen >= steps.max(6), "{seen} steps after {steps}");
        steps = seen;
        assert!(jail.succeed(&["tree", "--all"]).stdout.contains("─ epoch[1]  "));
    }
    first.signal("INT");
    assert_eq!(first.end().code(), 130);
}

#[test]
fn after_a_kill_status_says_so() {
    let jail = Jail::new();
    let mut session = jail.start(&[]);
    assert!(session.wait_for(" done in ", 4));
    let pid = session.pid();
    session.kill();
    let status = jail.succeed(&["status"]).stdout;
    assert!(status.contains("session   1, killed, began "), "{status}");
    assert!(status.contains(&format!(" as process {pid}\n")), "{status}");
}
