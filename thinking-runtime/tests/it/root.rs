//! The message about a root that holds nothing.

use expect_test::{Expect, expect};
use thinking::Runtime;

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
