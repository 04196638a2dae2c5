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
    // What was replaced so far: a range of the text, and the mask in its place.
    let mut masks: Vec<(Range<usize>, Range<usize>)> = Vec::new();
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
        masks.push((range, masked));
    }
    redacted.push_str(&text[at..]);
    // A place in a secret moves to an end of its mask, one behind it by what was replaced.
    let moved = |place: usize, end_of: fn(&Range<usize>) -> usize| match masks
        .iter()
        .rfind(|(range, _)| range.start < place)
    {
        None => place,
        Some((range, masked)) if place < range.end => end_of(masked),
        Some((range, masked)) => {
            let newlines = text[range.clone()].matches('\n').count();
            masked.end + newlines + (place - range.end)
        }
    };
    let start = moved(shown.start, |mask| mask.start).min(redacted.len());
    let end = moved(shown.end, |mask| mask.end).clamp(start, redacted.len());
    (redacted.into(), start..end)
}

#[cfg(test)]
mod tests;
