//! What the command line itself tells the user. The run's own words are in `front/terminal.rs`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling the user is what this file is for"
)]

use std::error::Error;

use anstyle::{AnsiColor, Style};

const FAILED: Style = AnsiColor::Red.on_default().bold();
const FAINT: Style = Style::new().dimmed();

/// Shows an error with its causes.
pub(super) fn error(error: &(dyn Error + 'static)) {
    anstream::eprintln!("{FAILED}error{FAILED:#}: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        anstream::eprintln!("  caused by: {cause}");
        source = cause.source();
    }
}

/// Shows what happens next.
pub(super) fn next(text: &str) {
    anstream::println!("\n{FAINT}{text}{FAINT:#}");
}

/// Shows a text that was asked for.
pub(super) fn text(text: &str) {
    anstream::println!("{}", text.trim_end());
}
