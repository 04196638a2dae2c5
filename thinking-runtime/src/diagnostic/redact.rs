//! A text without the secrets in it.

use std::ops::Range;
use std::sync::Arc;

use crate::secret::MASK;

/// Puts a mask in place of the `hidden` ranges, and says where `shown` is then. Lines stay lines,
/// so that their numbers hold.
pub(super) fn redact(
    text: &str,
    shown: Range<usize>,
    mut hidden: Vec<Range<usize>>,
) -> (Arc<str>, Range<usize>) {
    hidden.sort_by_key(|range| range.start);
    let mut redacted = String::with_capacity(text.len());
    // How the ends of `shown` move: a range of the text, and what it has become.
    let mut moved = shown.clone();
    let mut at = 0;
    for range in hidden {
        let Some(secret) = text.get(range.clone()).filter(|_| range.start >= at) else {
            continue;
        };
        redacted.push_str(&text[at..range.start]);
        let masked = redacted.len()..redacted.len() + MASK.len();
        redacted.push_str(MASK);
        redacted.extend(secret.matches('\n'));
        at = range.end;
        let relocate = |place: usize, inside: usize| match place {
            place if place >= range.end => redacted.len() + (place - range.end),
            place if place > range.start => inside,
            place => masked.start - (range.start - place),
        };
        moved = relocate(shown.start, masked.start)..relocate(shown.end, masked.end);
    }
    redacted.push_str(&text[at..]);
    let start = moved.start.min(redacted.len());
    let end = moved.end.clamp(start, redacted.len());
    (redacted.into(), start..end)
}

#[cfg(test)]
mod tests;
