//! What is hidden is gone, and what is underlined stays underlined.

use proptest::prelude::*;

use super::*;

fn check(text: &str, shown: &str, hidden: &[&str], expected: &str) {
    let range = |part: &str| {
        let start = text.find(part).expect("the part is in the text");
        start..start + part.len()
    };
    let hidden = hidden.iter().map(|part| range(part)).collect();
    let (redacted, moved) = redact(text, range(shown), hidden);
    let marked = format!(
        "{}«{}»{}",
        &redacted[..moved.start],
        &redacted[moved.clone()],
        &redacted[moved.end..]
    );
    assert_eq!(marked, expected);
}

#[test]
fn before_behind_around_and_inside() {
    let text = "a = 1, b = 'two', c = 'three'";
    check(text, "1", &["'two'"], "a = «1», b = (secret), c = 'three'");
    check(text, "'three'", &["1", "'two'"], "a = (secret), b = (secret), c = «'three'»");
    check(text, "'two'", &["'two'"], "a = 1, b = «(secret)», c = 'three'");
    check(text, "two", &["'two'"], "a = 1, b = «(secret)», c = 'three'");
    check(text, "b = 'two'", &["'two'"], "a = 1, «b = (secret)», c = 'three'");
    let long = "a = 1, b = 'a rather long secret', c = 'three', d = 2";
    let hidden = ["'a rather long secret'", "'three'"];
    check(long, "1", &hidden, "a = «1», b = (secret), c = (secret), d = 2");
    check(long, "c = ", &hidden, "a = 1, b = (secret), «c = »(secret), d = 2");
    check(long, "2", &hidden, "a = 1, b = (secret), c = (secret), d = «2»");
    check("a = 'x\ny'\nb = 2", "2", &["'x\ny'"], "a = (secret)\n\nb = «2»");
    // What is underlined was moved by what stands behind it.
    check(text, "a", &["1", "'two'"], "«a» = (secret), b = (secret), c = 'three'");
    check(text, "b", &["1", "'two'", "'three'"], "a = (secret), «b» = (secret), c = (secret)");
}

proptest! {
    #[test]
    fn any_ranges_of_any_text(
        text in "[a-c\\n]{0,90}",
        shown in (0..100usize, 0..100usize),
        hidden in proptest::collection::vec((0..100usize, 0..100usize), 0..4),
    ) {
        let end = shown.0.max(shown.1).min(text.len());
        let shown = shown.0.min(shown.1).min(end)..end;
        let hidden: Vec<_> = hidden.into_iter().map(|(a, b)| a.min(b)..a.max(b)).collect();
        let (redacted, moved) = redact(&text, shown, hidden);
        prop_assert!(redacted.get(moved).is_some());
        prop_assert_eq!(redacted.matches('\n').count(), text.matches('\n').count());
    }
}
