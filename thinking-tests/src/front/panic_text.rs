//! What std prints when a test fails, taken apart.

use crate::report::{Location, Outcome};

/// Returns the message of the first panic in `output`, without place and stack.
///
/// An `Err` that a test returned and rustdoc's words about a broken doctest count as well.
pub(super) fn message(output: &str) -> Option<String> {
    let lines: Vec<_> = output.lines().collect();
    if let Some(start) = lines.iter().position(|line| panic_place(line).is_some()) {
        let message = lines[start + 1..].iter().take_while(|line| !is_after_message(line));
        let message = message.copied().collect::<Vec<_>>().join("\n");
        return Some(message.trim().to_owned()).filter(|message| !message.is_empty());
    }
    let telling = ["Error: ", "error: ", "error[", "note: test did not panic"];
    let start =
        lines.iter().position(|line| telling.iter().any(|start| line.starts_with(start)))?;
    // What an error says may go on to the end: a compiler's message, the cause of an `Err`.
    let message = lines[start..].join("\n");
    Some(message.trim_start_matches("note: ").trim_end().to_owned())
}

/// Returns the place of the first panic in `output`, unless it lies in the standard library.
pub(super) fn place(output: &str) -> Option<Location> {
    let place = output.lines().find_map(panic_place)?;
    let mut parts = place.strip_suffix(':')?.rsplitn(3, ':');
    let (_column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
    let line = line.parse().ok()?;
    Some(Location { file: file.to_owned(), line }).filter(|_| !file.starts_with("/rustc/"))
}

/// Returns what the first line of a panic says about its place: `src/lib.rs:39:62:`.
fn panic_place(line: &str) -> Option<&str> {
    line.strip_prefix("thread '")?.split_once(" panicked at ").map(|(_, place)| place)
}

/// Tells a failed assertion from another error, by the message.
pub(super) fn outcome(message: &str) -> Outcome {
    let first = message.lines().next().unwrap_or_default();
    let asserted = ["assertion", "expect test failed", "test did not panic"];
    if asserted.iter().any(|words| first.contains(words)) {
        Outcome::Failed
    } else {
        Outcome::Error
    }
}

fn is_after_message(line: &str) -> bool {
    line.starts_with("stack backtrace:")
        || line.starts_with("note: run with `RUST_BACKTRACE")
        || line.starts_with("thread '")
}

#[cfg(test)]
mod tests;
