//! `verify` and `gc` of the real program.

use serde_json::Value;

use crate::jail::Jail;

fn json(jail: &Jail, arguments: &[&str]) -> Value {
    serde_json::from_str(&jail.succeed(arguments).stdout).unwrap()
}

#[test]
fn damage_is_found_and_fails() {
    let jail = Jail::new();
    let sound = jail.succeed(&["verify"]).stdout;
    assert!(sound.starts_with("the store is sound: 0 rows"), "{sound}");
    assert!(!jail.path(".thinking").exists());
    jail.succeed(&["--set", "training.epochs=1"]);
    let sound = jail.succeed(&["verify"]).stdout;
    assert!(sound.starts_with("the store is sound: "), "{sound}");
    assert_eq!(json(&jail, &["verify", "--json"])["findings"], serde_json::json!([]));

    std::fs::remove_dir_all(jail.path(".thinking/digits.redb.artifacts")).unwrap();
    let damaged = jail.run(&["verify"]);
    assert_eq!(damaged.code(), 1);
    assert!(damaged.stdout.contains(" is missing: there is no `"), "{}", damaged.stdout);
    assert!(damaged.stdout.contains("  help: restore the file"), "{}", damaged.stdout);
    // Who meets the damage elsewhere is sent there.
    let refused = jail.run(&["export", "report.md"]).stderr;
    let hint = "`verify` says what else is damaged, what that means, and what can be done\n";
    assert!(refused.ends_with(hint), "{refused}");
}

#[test]
fn old_branches_are_listed_and_deleted_on_demand() {
    let jail = Jail::new();
    jail.succeed(&["--set", "training.epochs=1"]);
    jail.succeed(&["--set", "training.epochs=1", "--set", "training.learning_rate=0.5", "--fork"]);
    let nothing = jail.succeed(&["gc"]).stdout;
    assert!(nothing.starts_with("everything in `"), "{nothing}");
    let kept = json(&jail, &["gc", "--branches", "--older-than", "30d", "--json"]);
    assert_eq!(kept["branches"], serde_json::json!([]));

    let preview = json(&jail, &["gc", "--branches", "--json"]);
    assert_eq!(
        (&preview["deleted"], &preview["branches"][0]["branch"]),
        (&false.into(), &"main".into())
    );
    let listed = jail.succeed(&["gc", "--branches"]).stdout;
    assert!(listed.contains("`gc --delete` with the same options deletes it"), "{listed}");
    assert!(
        listed.starts_with("branch    `main` of `experiment`: 4 steps of its own; "),
        "{listed}"
    );
    assert!(listed.contains("\nrows      4 finished steps\n"), "{listed}");
    assert!(!listed.contains("thinking."), "{listed}");
    let deleted = json(&jail, &["gc", "--branches", "--delete", "--json"]);
    assert_eq!(deleted["deleted"], true);
    assert_eq!((&deleted["rows"], &deleted["files"]), (&preview["rows"], &preview["files"]));
    jail.succeed(&["verify"]);
    let again = ["--set", "training.epochs=1", "--set", "training.learning_rate=0.5"];
    assert_eq!(jail.succeed(&again).done(), Vec::<String>::new());
    assert!(jail.succeed(&["gc", "--branches"]).stdout.starts_with("everything in `"));
}

#[test]
fn a_store_in_use_is_verified_and_not_cleaned() {
    let jail = Jail::new();
    let mut first = jail.start(&[]);
    assert!(first.wait_for(" done in ", 6));
    first.signal("STOP");
    assert!(jail.succeed(&["verify"]).stdout.starts_with("the store is sound: "));
    jail.succeed(&["gc", "--branches"]);
    let refused = jail.run(&["gc", "--delete"]);
    assert_eq!(refused.code(), 1);
    assert!(refused.stderr.contains(" is in use by process "), "{}", refused.stderr);
    first.signal("CONT");
    assert_eq!(first.end().code(), 0);
}
