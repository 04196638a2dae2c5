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
fn places_are_found() {
    for (output, expected) in [
        ("out\nthread 'a::b' (7226) panicked at src/lib.rs:39:62:\nboo\n", Some("src/lib.rs:39")),
        ("thread 'a' panicked at C:\\a b\\it.rs:1:2:\nboo\n", Some("C:\\a b\\it.rs:1")),
        ("thread 'a' panicked at /rustc/0123/library/std/src/io.rs:1:2:\nboo\n", None),
        ("thread 'a' panicked at somewhere\n", None),
        ("Error: \"boo\"\n", None),
    ] {
        let found = place(output).map(|place| place.to_string());
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
