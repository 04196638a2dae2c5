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
    let backtrace = captured.then(|| display(format!("\n{backtrace}")));
    tracing::error!(target: TARGET, place, thread, backtrace, "panic: {message}");
}
