//! What a test prints is any text at all; here it becomes text that a format can hold.

use anstream::adapter::strip_str;

/// The longest text [`one_line`] returns, in characters.
const ONE_LINE_CHARACTERS: usize = 300;

/// Removes colour codes, other terminal escape sequences and invisible control characters.
pub fn plain(text: &str) -> String {
    if is_tame(text) { text.to_owned() } else { strip_str(text).to_string() }
}

/// Returns `text` without the characters that XML 1.0 cannot hold, escaped or not.
///
/// What [`plain`] removes is removed; another character that [XML 1.0 forbids][chars] becomes
/// U+FFFD. Markup is left as it is: it is for the XML writer to escape.
///
/// [chars]: https://www.w3.org/TR/xml/#charsets
///
/// ```
/// use thinking_tests::report::xml;
///
/// assert_eq!(xml("\u{1b}[31mred\u{1b}[0m \u{ffff} <b>"), "red \u{fffd} <b>");
/// ```
pub fn xml(text: &str) -> String {
    if is_tame(text) {
        return text.to_owned();
    }
    plain(text)
        .chars()
        .map(
            |character| {
                if is_xml_character(character) { character } else { char::REPLACEMENT_CHARACTER }
            },
        )
        .collect()
}

/// Returns the first line that says something, for places that hold only one.
///
/// It is cut after 300 characters.
pub fn one_line(text: &str) -> String {
    let text = plain(text);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    let line = line.unwrap_or_default();
    match line.char_indices().nth(ONE_LINE_CHARACTERS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Makes JSON safe inside a `<script>` element.
///
/// A `<` can only stand in a string there, and a string may hold it escaped; without any `<`,
/// neither `</script` nor `<!--` can end or change the element.
pub(super) fn json_island(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// Tells, quickly, that nothing needs to be removed: most of what tests print is such a text.
fn is_tame(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'))
}

fn is_xml_character(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests;
