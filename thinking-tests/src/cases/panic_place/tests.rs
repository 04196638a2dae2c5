//! Which panics are failed assertions.

use std::panic::{catch_unwind, panic_any, resume_unwind};

use super::*;

/// Lets `body` panic, and says what that is.
fn ended(body: impl FnOnce() + panic::UnwindSafe) -> Ending {
    watch();
    let payload = catch_unwind(body).unwrap_err();
    ending(&*payload, Path::new(env!("CARGO_MANIFEST_DIR")))
}

fn one() -> u32 {
    1
}

#[test]
fn assertions_are_known_by_message_or_by_place() {
    let failed = |text: &str| Ending::Failed(text.to_owned());
    assert_eq!(ended(|| assert!(one() > 2)), failed("assertion failed: one() > 2"));
    assert_eq!(ended(|| assert!(one() > 2, "no order")), failed("no order"));
    assert_eq!(ended(|| std::debug_assert!(one() > 2, "none")), failed("none"));
    assert_eq!(
        ended(|| resume_unwind(Box::new("assertion of a library"))),
        failed("assertion of a library")
    );
    let silent = ended(|| resume_unwind(Box::new(())));
    assert_eq!(silent, failed("a check failed; its message is in the output"));
}

#[test]
fn other_panics_are_errors() {
    let error = |text: &str| Ending::Error(text.to_owned());
    assert_eq!(ended(|| panic!("no assertion")), error("no assertion"));
    assert_eq!(ended(|| unreachable!()), error("internal error: entered unreachable code"));
    assert_eq!(ended(|| resume_unwind(Box::new("odd"))), error("odd"));
    let odd = ended(|| panic_any(7));
    assert!(odd.reason().unwrap().ends_with(" with a value that is no text"), "{odd:?}");
    assert!(matches!(odd, Ending::Error(_)));
}

#[test]
fn names_of_macros_are_read_where_the_panic_arose() {
    for (line, column, expected) in [
        ("    assert!(a, \"b\");", 5, true),
        ("assert_matches::assert_matches!(a, b)", 1, true),
        ("let ä = prop_assert!(a);", 9, true),
        ("assertive.panic!()", 1, false),
        ("panic!(\"assert!\")", 1, false),
        ("assert", 1, false),
        ("", 9, false),
    ] {
        assert_eq!(begins_with_assertion(line, 1, column), expected, "{line}");
    }
    assert!(!begins_with_assertion("assert!(a)", 2, 1));
}
