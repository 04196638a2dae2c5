//! What the user sees: progress as it comes, the failures last, and the paths of the reports.
//!
//! Colours appear only on a terminal. This is the only place of the library that prints.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling the user is what this file is for"
)]

mod difference;
mod summary;

use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;

use anstream::{eprintln, print, println};
use anstyle::{AnsiColor, Style};

use super::transcript::{Progress, Verdict};
use crate::report::RunReport;

const PASSED: Style = AnsiColor::Green.on_default();
const FAILED: Style = AnsiColor::Red.on_default().bold();
const SKIPPED: Style = AnsiColor::Yellow.on_default();
const HEADING: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Shows one step of a libtest run.
pub(super) fn progress(progress: &Progress) {
    match progress {
        Progress::Doctests(name) => heading(&format!("Doctests of {name}")),
        Progress::Ended { name, verdict } => {
            let (style, word) = match verdict {
                Verdict::Passed => (PASSED, "PASS"),
                Verdict::Failed => (FAILED, "FAIL"),
                Verdict::Ignored(_) => (SKIPPED, "SKIP"),
            };
            println!("        {style}{word}{style:#} {name}");
        }
        Progress::Other(line) => println!("{line}"),
    }
}

/// Shows what runs next.
pub(super) fn heading(text: &str) {
    println!("{HEADING}{text}{HEADING:#}");
}

/// Shows something that the user should know and that is no result, beside what a list or report
/// prints.
pub(super) fn note(text: &str) {
    eprintln!("{SKIPPED}note{SKIPPED:#}: {text}");
}

/// Shows a mishap that does not end the run.
pub(super) fn warning(warning: &dyn Display) {
    eprintln!("{SKIPPED}warning{SKIPPED:#}: {warning}");
}

/// Shows what CI services read; they want it as it is.
pub(super) fn verbatim(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
    flush();
}

/// Shows the failures, the reports' paths and, alone on the last line, the counts.
pub(super) fn summary(run: &RunReport, reports: &[(&str, PathBuf)]) {
    let reports: Vec<_> = reports.iter().map(|(name, path)| (*name, path.as_path())).collect();
    print!("{}", summary::render(run, &reports));
    flush();
}

/// Makes sure that nothing of ours appears after what a child process prints.
pub(super) fn flush() {
    // There is nobody left to tell if the terminal is gone.
    let _ = std::io::stdout().flush();
}
