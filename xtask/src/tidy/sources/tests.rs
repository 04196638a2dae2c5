//! Texts that keep and break the rules. Broken ones are put together from parts, or this file
//! would be found itself.

use super::*;

fn advice(findings: Vec<Finding>) -> Vec<(usize, String)> {
    findings.into_iter().map(|found| (found.line, found.advice)).collect()
}

#[test]
fn rust_files() {
    let long = format!("//! Long\n{}", "\n".repeat(MAX_LINES));
    for (file, text, expected) in [
        ("a/src/lib.rs", "//! A\npub use b::C;\n".to_owned(), None),
        ("a/src/lib.rs", "use b;\n".to_owned(), Some((1, "say in a first line"))),
        ("a/src/b/mod.rs", "//! B\n".to_owned(), Some((1, "name the file"))),
        ("a/src/b.rs", long, Some((MAX_LINES, "801 lines"))),
        ("a/src/lib.rs", "//! A\npub use b::*;\n".to_owned(), Some((2, "export by name"))),
        ("a/src/prelude.rs", "//! A\npub use b::*;\n".to_owned(), None),
        ("a/src/b.rs", format!("//! B\n  {}!()", "todo"), Some((2, "`todo!` is"))),
        ("a/src/b.rs", format!("//! B\nx = {}!(1)", "dbg"), Some((2, "`dbg!` is"))),
        ("a/src/b.rs", format!("//! B\nnot_{}!(1)", "dbg"), None),
        ("a/src/b.rs", format!("//! B\n/// {}!(1)", "dbg"), None),
        ("a/src/b.rs", format!("//! B\n{IGNORED} = \"x\"]"), Some((2, "an ignored test"))),
        ("a/src/b.rs", format!("//! B\n{SLEEP}(x)"), None),
        ("a/src/b/tests.rs", format!("//! B\n{SLEEP}(x)"), Some((2, "a test waits"))),
        ("a/tests/it/b.rs", format!("//! B\n{SLEEP}(x)"), Some((2, "a test waits"))),
        ("a/src/b.rs", format!("//! B\n#[cfg(test)]\n{SLEEP}(x)"), Some((3, "a test waits"))),
    ] {
        let found = advice(rust(file, &text));
        match expected {
            None => assert_eq!(found, [], "{file}: {text}"),
            Some((line, start)) => {
                assert_eq!(found.len(), 1, "{file}: {text}: {found:?}");
                assert_eq!(found[0].0, line, "{file}: {text}");
                assert!(found[0].1.starts_with(start), "{found:?}");
            }
        }
    }
}

#[test]
fn machine_paths() {
    for home in HOMES {
        assert_eq!(text("a.md", &format!("x\nin {home}somebody")).len(), 1, "{home}");
        assert_eq!(text("a.md", &format!("https://example.org{home}x")).len(), 0, "{home}");
    }
}
