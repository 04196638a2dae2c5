//! The message about a root that holds nothing.

use expect_test::{Expect, expect};
use thinking::Runtime;
use thinking_modules::RootReason;

/// Every facet and profile was reported as missing, and the root nowhere.
#[test]
fn a_root_that_is_no_directory_is_the_only_mistake() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("file"), "").unwrap();
    let check = |name: &str, expected: Expect| {
        let (_, mistakes) = Runtime::builder(thinking_modules::main_module!())
            .root(Some(root.path().join(name)))
            .environment([])
            .profiles(["gpu".to_owned()])
            .load();
        let messages: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        let messages = messages.join("\n\n");
        expected.assert_eq(&messages.replace(&root.path().display().to_string(), "ROOT"));
    };
    check(
        "absent",
        expect![[r#"
        error: the root `ROOT/absent` does not exist
         |
         = note: it is given by `--root`"#]],
    );
    check(
        "file",
        expect![[r#"
        error: the root `ROOT/file` is no directory
         |
         = note: it is given by `--root`"#]],
    );
}

/// The search asked the process's environment where the builder had replaced it.
#[test]
fn the_environment_of_the_builder_names_the_root() {
    let root = tempfile::tempdir().unwrap();
    let load = |variable: &str| {
        let variables = [(variable.to_owned(), root.path().display().to_string())];
        let builder = Runtime::builder(thinking_modules::main_module!()).environment(variables);
        builder.load().0.root().clone()
    };
    let named = load("THINKING_ROOT");
    assert_eq!((&*named.path, named.reason), (root.path(), RootReason::Environment));
    // That another package runs is nobody's reason; nor is that cargo runs this one, in its own
    // environment, which is replaced.
    assert_ne!(load("CARGO_MANIFEST_DIR").reason, RootReason::Cargo);
}

/// A program is not told of another's variables, and nothing else of it is overlooked.
#[test]
fn what_belongs_to_another_program_of_the_root_is_nobodys_mistake() {
    let root = tempfile::tempdir().unwrap();
    for file in ["training.toml", "beacon.toml", "beacon.fast.toml"] {
        std::fs::write(root.path().join(file), "").unwrap();
    }
    let messages = |others: &[&str]| -> Vec<String> {
        let variable = |name: &str| (name.to_owned(), "1".to_owned());
        let (_, mistakes) = Runtime::builder(thinking_modules::main_module!())
            .root(Some(root.path().to_owned()))
            .environment([variable("THINKING_BEACON__N"), variable("THINKING_BACON__N")])
            .other_files(others.iter().copied())
            .load();
        let messages = mistakes.iter().map(|mistake| mistake.message().to_owned());
        messages.filter(|message| message.contains("acon")).collect()
    };
    let bacon = "the environment variable `THINKING_BACON__N` names the unknown facet `bacon`";
    assert_eq!(messages(&["beacon.toml"]), [bacon]);
    assert_eq!(messages(&[]).len(), 4);
}

#[test]
fn variables_of_the_test_runner_are_nobodys_mistake() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("tests.toml"), "").unwrap();
    let variable = |name: &str| (name.to_owned(), "1".to_owned());
    let (_, mistakes) = Runtime::builder(thinking_modules::main_module!())
        .root(Some(root.path().to_owned()))
        .environment([variable("THINKING_TESTS__RETRIES"), variable("THINKING_TEST__RETRIES")])
        .load();
    let about: Vec<_> = mistakes
        .iter()
        .map(|mistake| mistake.message())
        .filter(|message| message.contains("RETRIES"))
        .collect();
    let wrong = "the environment variable `THINKING_TEST__RETRIES` names the unknown facet `test`";
    assert_eq!(about, [wrong]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_no_absent_file() {
    let jail = thinking::Jail::new(thinking_modules::main_module!());
    std::os::unix::fs::symlink("absent.toml", jail.root().join("layered.toml")).unwrap();
    let messages = jail.messages();
    assert!(
        messages.contains("error: `ROOT/layered.toml` cannot be read: No such file or directory"),
        "{messages}"
    );
    assert!(messages.contains("= note: it is a link to `absent.toml`"), "{messages}");
}
