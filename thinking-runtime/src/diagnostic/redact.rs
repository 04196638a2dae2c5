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
    // What was hidden, and what stands there now.
    let mut masks = Vec::new();
    let mut at = 0;
    for range in hidden {
        let Some(secret) = text.get(range.clone()).filter(|_| range.start >= at) else {
            continue;
        };
        redacted.push_str(&text[at..range.start]);
        let start = redacted.len();
        redacted.push_str(MASK);
        let mask = start..redacted.len();
        redacted.extend(secret.matches('\n'));
        at = range.end;
        masks.push(Mask { hidden: range, mask, end: redacted.len() });
    }
    redacted.push_str(&text[at..]);
    let start = relocate(&masks, shown.start, |mask| mask.start).min(redacted.len());
    let end = relocate(&masks, shown.end, |mask| mask.end).clamp(start, redacted.len());
    (redacted.into(), start..end)
}

/// A range that is hidden, and what stands in its place.
struct Mask {
    hidden: Range<usize>,
    mask: Range<usize>,
    /// Behind the mask and the ends of lines that are kept.
    end: usize,
}

/// Says where a place of the text is now; `inside` chooses one of a mask.
fn relocate(masks: &[Mask], place: usize, inside: fn(&Range<usize>) -> usize) -> usize {
    let (mut before, mut now) = (0, 0);
    for Mask { hidden, mask, end } in masks {
        if place <= hidden.start {
            break;
        }
        if place < hidden.end {
            return inside(mask);
        }
        (before, now) = (hidden.end, *end);
    }
    now + (place - before)
}

#[cfg(test)]
mod tests;
