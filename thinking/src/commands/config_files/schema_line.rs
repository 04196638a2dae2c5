//! The line of a TOML file that tells editors its schema.

/// What the line begins with; a path relative to the file follows.
pub(super) const BEGINNING: &str = "#:schema ./";

/// Returns the file with `line` as the directive in the comments at its head; `None` if it is
/// there already.
///
/// Another directive is replaced where it stands; without one, the line becomes the first. All
/// else stays as it is, byte for byte, and the file need be neither UTF-8 nor TOML.
pub(super) fn with(text: &[u8], line: &str) -> Option<Vec<u8>> {
    let mark = "\u{feff}".as_bytes();
    let start = if text.starts_with(mark) { mark.len() } else { 0 };
    let mut at = start;
    for found in text[start..].split_inclusive(|byte| *byte == b'\n') {
        let content = found.trim_ascii();
        if content.starts_with(b"#:schema") {
            let end = at + found.trim_ascii_end().len();
            return (content != line.as_bytes())
                .then(|| [&text[..at], line.as_bytes(), &text[end..]].concat());
        }
        // Editors look no further than the comments at the head.
        if !content.is_empty() && !content.starts_with(b"#") {
            break;
        }
        at += found.len();
    }
    let first = text.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    let end: &[u8] = if first.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
    Some([&text[..start], line.as_bytes(), end, &text[start..]].concat())
}

#[cfg(test)]
mod tests;
