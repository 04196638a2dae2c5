//! Names of files; `tests/it/junit.rs` reads the XML back.

use super::*;

#[test]
fn no_two_suites_share_a_file() {
    let mut taken = HashSet::new();
    for (suite, expected) in [
        ("calculator", "TEST-calculator.xml"),
        ("my-package::it", "TEST-my-package.it.xml"),
        ("my-package (doc)", "TEST-my-package.doc.xml"),
        ("MY-package::it", "TEST-MY-package.it-2.xml"),
        ("my-package it", "TEST-my-package.it-3.xml"),
        ("../../etc/<é>", "TEST-etc.xml"),
        ("", "TEST-.xml"),
    ] {
        assert_eq!(file_name(suite, &mut taken), expected);
    }
    assert!(file_name(&"x".repeat(10_000), &mut taken).len() < 255);
}
