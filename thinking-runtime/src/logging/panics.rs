//! Panics go to the log, so that they are kept with everything else.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, PanicHookInfo};

use tracing::field::display;

use super::Process;

/// The target of panics; a filter for it silences them, and nothing else does.
pub(super) const TARGET: &str = "panic";

/// Sends panics to the log instead of printing them. Where no output takes them, or none of them
/// can be written, they are printed as without a log.
pub(super) fn log(process: &'static Process) {
    let standard = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        write(panic);
        // The process may end with this panic.
        process.flush();
        if !process.hears(TARGET, tracing::Level::ERROR) {
            standard(panic);
        }
    }));
}

fn write(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("a panic without a text");
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let thread = thread.name().filter(|name| *name != "main");
    // There is one only if `RUST_BACKTRACE` asks for it.
    let backtrace = Backtrace::capture();
    let captured = backtrace.status() == BacktraceStatus::Captured;
    let whole = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value == "full");
    let text = captured.then(|| backtrace.to_string());
    let text = text.map(|text| if whole { text } else { shortened(&text).to_owned() });
    let backtrace = text.map(|text| display(format!("\n{text}")));
    tracing::error!(target: TARGET, place, thread, backtrace, "panic: {message}");
}

/// Leaves out of a backtrace what is the same in each: the calls from the panic to here, and those
/// that led to `main` or to the thread's function. The standard library marks both ends.
fn shortened(backtrace: &str) -> &str {
    const PANIC: &str = "__rust_end_short_backtrace";
    const START: &str = "__rust_begin_short_backtrace";
    // Each frame has a line with its number and name; the line of its place begins with `at`.
    let is_frame = |line: &str| line.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let mut frames: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for line in backtrace.split_inclusive('\n') {
        if is_frame(line) {
            frames.push((at, line));
        }
        at += line.len();
    }
    let marked = |mark| frames.iter().position(|(_, line)| line.contains(mark));
    let start_of = |frame: usize| frames.get(frame).map(|(start, _)| *start);
    let begin = marked(PANIC).and_then(|frame| start_of(frame + 1)).unwrap_or(0);
    let end = marked(START).and_then(start_of).unwrap_or(backtrace.len());
    backtrace.get(begin..end).unwrap_or(backtrace)
}

#[cfg(test)]
mod tests;
