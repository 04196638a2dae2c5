//! What `assert_eq!` says, with the parts marked in which left and right differ.

use anstyle::{AnsiColor, Style};
use dissimilar::Chunk;
use unicode_width::UnicodeWidthStr;

const LEFT: Style = AnsiColor::Red.on_default().bold();
const RIGHT: Style = AnsiColor::Green.on_default().bold();

/// How much of a value is looked at from where the values begin to differ, in characters. What it
/// takes to compare them grows with the square.
const MAX_CHARACTERS: usize = 500;

/// Longer values are cut where they are equal, in characters.
const LONG_CHARACTERS: usize = 60;

/// What stays of an equal part on each side of it, in characters.
const CONTEXT_CHARACTERS: usize = 20;

/// How many lines of a value are shown.
const MAX_LINES: usize = 16;

/// A failed comparison, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Difference<'a> {
    /// What stands above the values.
    pub(super) above: &'a str,
    left: &'a str,
    right: &'a str,
}

impl<'a> Difference<'a> {
    /// Finds the two values in what std says of a failed `assert_eq!`.
    pub(super) fn find(message: &'a str) -> Option<Self> {
        const LEFT: &str = "\n  left: ";
        const RIGHT: &str = "\n right: ";
        let start = message.find(LEFT)?;
        let (above, values) = (&message[..start], &message[start + LEFT.len()..]);
        let (left, right) = values.split_once(RIGHT)?;
        // Of values that are equal, as those of `assert_ne!`, nothing is to be marked, and of two
        // places where the right one may begin none is known to be it.
        (left != right && !right.contains(RIGHT)).then_some(Self { above, left, right })
    }

    /// Returns the lines that show both values, with styles.
    pub(super) fn lines(&self) -> Vec<String> {
        let (left, right) = (shown(self.left), shown(self.right));
        let same = common_prefix(&left, &right);
        let skipped = same.saturating_sub(LONG_CHARACTERS);
        let cut = |text: &str| text.chars().skip(skipped).take(MAX_CHARACTERS).collect::<String>();
        let (short_left, short_right) = (cut(&left), cut(&right));
        let chunks = dissimilar::diff(&short_left, &short_right);
        let marked = is_telling(&chunks);
        let mut lines = Vec::new();
        for (label, whole, style, is_left) in
            [("left: ", &left, LEFT, true), ("right:", &right, RIGHT, false)]
        {
            let mut side = Side { skipped: skipped > 0, ..Side::default() };
            for (index, chunk) in chunks.iter().enumerate() {
                match chunk {
                    Chunk::Equal(text) => {
                        side.equal(text, index == 0, index + 1 == chunks.len(), chunks.len());
                    }
                    Chunk::Delete(text) if is_left => side.add(text, marked),
                    Chunk::Insert(text) if !is_left => side.add(text, marked),
                    _ => {}
                }
            }
            let is_cut = whole.chars().count() > skipped + MAX_CHARACTERS;
            if is_cut && !side.parts.last().is_some_and(|(text, _)| text.ends_with('…')) {
                side.add("…", false);
            }
            lines.extend(side.lines(label, style));
        }
        lines
    }
}

/// One value, in parts that differ from the other and parts that do not.
#[derive(Debug, Default)]
struct Side {
    parts: Vec<(String, bool)>,
    skipped: bool,
}

impl Side {
    fn add(&mut self, text: &str, is_marked: bool) {
        self.parts.push((text.to_owned(), is_marked));
    }

    /// Adds a part that both values have, without its middle if it is long.
    fn equal(&mut self, text: &str, is_first: bool, is_last: bool, parts: usize) {
        let count = text.chars().count();
        if count <= LONG_CHARACTERS && !(is_first && self.skipped) || parts == 1 {
            return self.add(text, false);
        }
        let head = if is_first { 0 } else { CONTEXT_CHARACTERS };
        let tail = if is_last { 0 } else { CONTEXT_CHARACTERS };
        if count <= head + tail {
            return self.add(text, false);
        }
        let head: String = text.chars().take(head).collect();
        let tail: String = text.chars().skip(count - tail).collect();
        self.add(&format!("{head}…{tail}"), false);
    }

    /// Returns the value's lines; below each that has marked parts, a line of carets, for those who
    /// see no colours.
    fn lines(&self, label: &str, style: Style) -> Vec<String> {
        let mut rows = vec![Row::default()];
        for (text, is_marked) in &self.parts {
            for (index, piece) in text.split('\n').enumerate() {
                if index > 0 {
                    rows.push(Row::default());
                }
                if let Some(row) = rows.last_mut() {
                    row.push(piece, is_marked.then_some(style));
                }
            }
        }
        let (first, others) = match rows.as_slice() {
            [row] => return row.lines(&format!("{label} "), label.len() + 1, style),
            rows => (label.trim_end().to_owned(), rows),
        };
        let mut lines = vec![first];
        for row in others.iter().take(MAX_LINES) {
            lines.extend(row.lines("    ", 4, style));
        }
        if others.len() > MAX_LINES {
            lines.push("    …".to_owned());
        }
        lines
    }
}

/// A line of a value, and what stands below it.
#[derive(Debug, Default)]
struct Row {
    text: String,
    carets: String,
    has_marks: bool,
}

impl Row {
    fn push(&mut self, text: &str, mark: Option<Style>) {
        match mark {
            Some(style) if !text.is_empty() => {
                self.has_marks = true;
                self.text.push_str(&format!("{style}{text}{style:#}"));
                self.carets.push_str(&"^".repeat(text.width().max(1)));
            }
            _ => {
                self.text.push_str(text);
                self.carets.push_str(&" ".repeat(text.width()));
            }
        }
    }

    fn lines(&self, before: &str, indent: usize, style: Style) -> Vec<String> {
        let mut lines = vec![format!("{before}{}", self.text).trim_end().to_owned()];
        if self.has_marks {
            let carets = self.carets.trim_end();
            lines.push(format!("{:indent$}{style}{carets}{style:#}", ""));
        }
        lines
    }
}

/// Breaks a string's lines where it has `\n`, and replaces what would move the cursor.
fn shown(value: &str) -> String {
    let value = value.replace(['\r', '\t'], " ");
    if !value.starts_with('"') {
        return value;
    }
    let mut shown = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match (character, characters.clone().next()) {
            ('\\', Some('n')) => {
                characters.next();
                shown.push('\n');
            }
            ('\\', Some(escaped)) => {
                characters.next();
                shown.extend([character, escaped]);
            }
            _ => shown.push(character),
        }
    }
    shown
}

/// Returns the number of characters with which both begin.
fn common_prefix(left: &str, right: &str) -> usize {
    left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count()
}

/// Tells whether the values have enough in common that marks say more than they hide.
fn is_telling(chunks: &[Chunk<'_>]) -> bool {
    let (mut equal, mut other) = (0, 0);
    for chunk in chunks {
        match chunk {
            Chunk::Equal(text) => equal += 2 * text.chars().count(),
            Chunk::Delete(text) | Chunk::Insert(text) => other += text.chars().count(),
        }
    }
    2 * equal >= other
}

#[cfg(test)]
mod tests;
