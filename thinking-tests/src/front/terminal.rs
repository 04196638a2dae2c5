//! What the user sees: progress as it comes, the failures last, and the paths of the reports.
//!
//! Colours appear only on a terminal. This is the only place of the library that prints.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling the user is what this file is for"
)]

use std::io::Write;

use anstream::{eprintln, println};
use anstyle::{AnsiColor, Style};

use super::files::Files;
use super::transcript::{Progress, Verdict};
use crate::report::{CaseReport, Outcome, RunReport, SuiteReport, plain};

/// How many lines of a failure's message the summary shows.
const MESSAGE_LINES: usize = 12;

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

/// Shows the failures, the reports' paths and, alone on the last line, the counts.
pub(super) fn summary(run: &RunReport, files: &Files) {
    println!();
    for (suite, case) in run.cases().filter(|(_, case)| case.outcome.is_failure()) {
        failure(suite, case);
    }
    println!("{FAINT}junit:  {}{FAINT:#}", files.junit.display());
    println!("{FAINT}report: {}{FAINT:#}", files.html.display());
    println!("{}", run.counts());
    flush();
}

/// Makes sure that nothing of ours appears after what a child process prints.
pub(super) fn flush() {
    // There is nobody left to tell if the terminal is gone.
    let _ = std::io::stdout().flush();
}

fn failure(suite: &SuiteReport, case: &CaseReport) {
    let word = match case.outcome {
        Outcome::Failed => "FAIL",
        Outcome::Aborted => "ABORT",
        Outcome::TimedOut => "TIMEOUT",
        _ => "ERROR",
    };
    let CaseReport { name, .. } = case;
    println!("{FAILED}{word}{FAILED:#} {HEADING}{}{HEADING:#} {name}", suite.name);
    if let Some(location) = case.failed_at.as_ref().or(case.location.as_ref()) {
        println!("    {FAINT}{location}{FAINT:#}");
    }
    let message = plain(case.message.as_deref().unwrap_or_default());
    let lines: Vec<_> = message.lines().collect();
    for line in lines.iter().take(MESSAGE_LINES) {
        println!("    {line}");
    }
    if let Some(more) = lines.len().checked_sub(MESSAGE_LINES).filter(|more| *more > 0) {
        println!("    {FAINT}… {more} more lines in the report{FAINT:#}");
    }
    println!();
}
