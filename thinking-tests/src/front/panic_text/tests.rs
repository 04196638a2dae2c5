//! Texts as the standard library prints them.

use super::*;

#[test]
fn messages_are_found() {
    for (output, expected) in [
        (
            "out\n\nthread 'a::b' (7226) panicked at src/lib.rs:39:62:\nassertion `left == right` failed: why\n  left: 1\n right: 2\nstack backtrace:\n   0: x\n",
            Some("assertion `left == right` failed: why\n  left: 1\n right: 2"),
        ),
        (
            "thread 'a' panicked at src/lib.rs:1:1:\nboo\nnote: run with `RUST_BACKTRACE=1` …\n",
            Some("boo"),
        ),
        ("some\nError: \"boo\"\n", Some("Error: \"boo\"")),
        (
            "note: test did not panic as expected at src/lib.rs:42:52",
            Some("test did not panic as expected at src/lib.rs:42:52"),
        ),
        (
            "thread 'a::b' (7) panicked at a.rs:1:1:\nboo\nnote: panic did not contain expected string\n      panic message: \"boo\"\n expected substring: \"hu\"\n\nfailures:\n",
            Some(
                "panic did not contain expected string\n      panic message: \"boo\"\n expected substring: \"hu\"",
            ),
        ),
        ("error[E0308]: mismatched types\n --> x", Some("error[E0308]: mismatched types\n --> x")),
        (
            "thread 'other' panicked at a.rs:1:1:\ncaught\nthread 'a::b' (7) panicked at b.rs:1:1:\nboo\n",
            Some("boo"),
        ),
        (
            "\nthread 'a::b' (4540) has overflowed its stack\nfatal runtime error: stack overflow\n",
            Some("thread 'a::b' (4540) has overflowed its stack"),
        ),
        ("nothing of interest", None),
        ("", None),
    ] {
        assert_eq!(message(output, "a::b").as_deref(), expected, "{output}");
    }
}

#[test]
fn places_are_found() {
    for (output, expected) in [
        ("out\nthread 'a::b' (7226) panicked at src/lib.rs:39:62:\nboo\n", Some("src/lib.rs:39")),
        ("thread 'a' panicked at C:\\a b\\it.rs:1:2:\nboo\n", Some("C:\\a b\\it.rs:1")),
        ("thread 'a' panicked at /rustc/0123/library/std/src/io.rs:1:2:\nboo\n", None),
        ("thread 'a' panicked at somewhere\n", None),
        ("thread 'a' panicked at /x/thinking-tests-0.1.0/src/run.rs:1:2:\nno disk\n", None),
        ("Error: \"boo\"\n", None),
    ] {
        let found = place(output, "a::b").map(|place| place.to_string());
        assert_eq!(found.as_deref(), expected, "{output}");
    }
}

#[test]
fn assertions_are_failures_and_the_rest_errors() {
    for (text, expected) in [
        ("assertion failed: a", Outcome::Failed),
        ("assertion `left == right` failed\n left: 1", Outcome::Failed),
        ("test did not panic as expected", Outcome::Failed),
        ("called `Option::unwrap()` on a `None` value", Outcome::Error),
        ("Error: assert", Outcome::Error),
    ] {
        assert_eq!(outcome(text), expected, "{text}");
    }
}

#[test]
fn assertions_of_any_library_are_told_by_the_source() {
    let source = "fn f() {\n    ä(); assert!(x, \"why\");\n    insta::assert_snapshot!(y);\n    \
        assert_close(a, b);\n    panic!(\"assert\");\n    proptest::prop_assert!(z);\n    asserted;\n}\n";
    for (line, column, expected) in [
        (2, 10, true),
        (2, 5, false),
        (3, 5, true),
        (4, 5, true),
        (5, 5, false),
        (6, 5, true),
        (7, 5, false),
        (70, 5, false),
        (2, 500, false),
    ] {
        assert_eq!(begins_with_assertion(source, line, column), expected, "{line}:{column}");
    }
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.rs"), source).unwrap();
    let output = "thread 'a' (1) panicked at a.rs:2:10:\nwhy\n";
    assert!(is_at_assertion(output, "a", dir.path()));
    assert!(!is_at_assertion(&output.replace("a.rs", "none.rs"), "a", dir.path()));
}
