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
        ("error[E0308]: mismatched types\n --> x", Some("error[E0308]: mismatched types\n --> x")),
        ("nothing of interest", None),
        ("", None),
    ] {
        assert_eq!(message(output).as_deref(), expected, "{output}");
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
