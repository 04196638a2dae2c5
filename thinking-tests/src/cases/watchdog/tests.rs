//! Which limit holds; `tests/it` has the end of a process.

use super::*;

#[test]
fn a_case_s_own_limit_comes_first_and_a_backend_needs_none() {
    let millis = Duration::from_millis;
    let own = Some(millis(5));
    for (own, variable, watcher, expected) in [
        (None, None, None, None),
        (own, None, None, Some(millis(5))),
        (None, Some("70"), None, Some(millis(70))),
        (own, Some("70"), None, Some(millis(5))),
        (own, Some("70"), Some("process"), Some(millis(5))),
        (own, Some("70"), Some("backend"), None),
    ] {
        assert_eq!(limit(own, variable, watcher), Ok(expected), "{own:?} {variable:?} {watcher:?}");
    }
}

#[test]
fn a_wrong_limit_says_what_is_accepted() {
    for text in ["", "0", "-1", "2s", "99999999999999999999"] {
        let expected = format!(
            "`THINKING_TEST_TIMEOUT_MS` is `{text}`; it takes milliseconds, a whole number over 0"
        );
        assert_eq!(limit(None, Some(text), None), Err(expected));
    }
}
