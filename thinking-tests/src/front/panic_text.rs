//! What std prints when a test fails, taken apart.

use std::fs;
use std::path::Path;

use crate::report::{Location, Outcome};

/// What the names of macros and functions begin with that fail a test.
const ASSERTIONS: [&str; 3] = ["assert", "debug_assert", "prop_assert"];

/// What std says of a test with `#[should_panic(expected = …)]` that panics otherwise.
const WRONG_PANIC: &str = "panic did not contain expected string";

/// Returns the message of the panic in `output` that made the test `name` fail, without place and
/// stack.
///
/// An `Err` that a test returned, an exhausted stack, and rustdoc's words about a broken doctest
/// count as well.
pub(super) fn message(output: &str, name: &str) -> Option<String> {
    if let Some(text) = wrong_panic(output) {
        return Some(text);
    }
    if let Some(panic) = panic_of(output, name) {
        return Some(panic.message).filter(|message| !message.is_empty());
    }
    let lines: Vec<_> = output.lines().collect();
    if let Some(line) = lines.iter().find(|line| line.ends_with("has overflowed its stack")) {
        return Some((*line).to_owned());
    }
    let telling = ["Error: ", "error: ", "error[", "note: test did not panic"];
    let start =
        lines.iter().position(|line| telling.iter().any(|start| line.starts_with(start)))?;
    // What an error says may go on to the end: a compiler's message, the cause of an `Err`.
    let message = lines[start..].join("\n");
    Some(message.trim_start_matches("note: ").trim_end().to_owned())
}

/// Returns what std says of a test that panicked as it should, but with another message.
pub(super) fn wrong_panic(output: &str) -> Option<String> {
    let (_, rest) = output.split_once(&format!("\nnote: {WRONG_PANIC}"))?;
    // Both texts follow, up to a blank line or the end.
    let rest = rest.split("\n\n").next().unwrap_or_default();
    Some(format!("{WRONG_PANIC}{}", rest.trim_end()))
}

/// Returns the place of the panic that made the test `name` fail, unless it lies in the standard
/// library or in what runs the cases.
pub(super) fn place(output: &str, name: &str) -> Option<Location> {
    let (location, _) = panic_of(output, name)?.place?;
    let file = location.file.replace('\\', "/");
    let ours = file.contains("thinking-tests") && file.ends_with("/src/run.rs");
    Some(location).filter(|_| !ours && !file.starts_with("/rustc/"))
}

/// Tells a failed assertion from another error, by the message.
pub(super) fn outcome(message: &str) -> Outcome {
    let first = message.lines().next().unwrap_or_default();
    let asserted = ["assertion", "expect test failed", "test did not panic", WRONG_PANIC];
    if asserted.iter().any(|words| first.contains(words)) {
        Outcome::Failed
    } else {
        Outcome::Error
    }
}

/// Tells whether the test `name` failed where the source calls an assertion of whatever library.
///
/// A source that is not there tells nothing. `root` is where the compiler's paths begin.
pub(super) fn is_at_assertion(output: &str, name: &str, root: &Path) -> bool {
    let place = panic_of(output, name).and_then(|panic| panic.place);
    let Some((location, column)) = place else { return false };
    fs::read_to_string(root.join(&location.file))
        .is_ok_and(|source| begins_with_assertion(&source, location.line, column))
}

/// Says that a test ended its process.
pub(super) fn ended_with_code(code: impl std::fmt::Display) -> String {
    format!("the test ended its process with exit code {code}")
}

struct Panic<'a> {
    thread: &'a str,
    /// With the column.
    place: Option<(Location, usize)>,
    message: String,
}

/// Returns the panic of the thread `name`, as libtest calls that of a test, or else the first one:
/// a test may have caught those of others.
fn panic_of<'a>(output: &'a str, name: &str) -> Option<Panic<'a>> {
    let lines: Vec<_> = output.lines().collect();
    let heads = lines.iter().enumerate().filter_map(|(at, line)| Some((at, panic_head(line)?)));
    let mut panics = heads.map(|(at, (thread, place))| {
        let message = lines[at + 1..].iter().take_while(|line| !is_after_message(line));
        let message = message.copied().collect::<Vec<_>>().join("\n");
        Panic { thread, place: parse_place(place), message: message.trim().to_owned() }
    });
    let first = panics.next()?;
    if first.thread == name {
        return Some(first);
    }
    Some(panics.find(|panic| panic.thread == name).unwrap_or(first))
}

/// Returns the thread and the place that the first line of a panic names: `src/lib.rs:39:62:`.
fn panic_head(line: &str) -> Option<(&str, &str)> {
    let (thread, place) = line.strip_prefix("thread '")?.split_once(" panicked at ")?;
    // The system's number of the thread may follow its name.
    Some((thread.rsplit_once('\'').map_or(thread, |(name, _)| name), place))
}

fn parse_place(place: &str) -> Option<(Location, usize)> {
    let mut parts = place.strip_suffix(':')?.rsplitn(3, ':');
    let (column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
    let location = Location { file: file.to_owned(), line: line.parse().ok()? };
    Some((location, column.parse().ok()?))
}

/// Tells whether the call at this place, counted from 1, is one of an assertion.
fn begins_with_assertion(source: &str, line: u32, column: usize) -> bool {
    let line = source.lines().nth((line as usize).saturating_sub(1)).unwrap_or_default();
    let rest: String = line.chars().skip(column.saturating_sub(1)).collect();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || "_:".contains(c))).unwrap_or(rest.len());
    let name = rest[..end].rsplit("::").next().unwrap_or_default();
    let is_called = rest[end..].starts_with('!') || rest[end..].starts_with('(');
    is_called && ASSERTIONS.iter().any(|start| name.starts_with(start))
}

fn is_after_message(line: &str) -> bool {
    line.starts_with("stack backtrace:")
        || line.starts_with("note: run with `RUST_BACKTRACE")
        || panic_head(line).is_some()
}

#[cfg(test)]
mod tests;
