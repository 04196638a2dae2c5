//! What the commands tell the user. This is the only place here that prints.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling the user is what this file is for"
)]

use std::error::Error;

use anstyle::{AnsiColor, Style};

const HEADING: Style = Style::new().bold();
const OK: Style = AnsiColor::Green.on_default();
const FAILED: Style = AnsiColor::Red.on_default().bold();

/// Shows a line.
pub(crate) fn line(text: &str) {
    anstream::println!("{text}");
}

/// Shows what comes next.
pub(crate) fn heading(text: &str) {
    anstream::println!("{HEADING}── {text}{HEADING:#}");
}

/// Shows how something ended.
pub(crate) fn verdict(passed: bool, text: &str) {
    if passed {
        anstream::println!("{OK}ok    {OK:#} {text}");
    } else {
        anstream::println!("{FAILED}failed{FAILED:#} {text}");
    }
}

/// Shows an error with its causes.
pub(crate) fn error(error: &(dyn Error + 'static)) {
    anstream::eprintln!("{FAILED}error{FAILED:#}: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        anstream::eprintln!("  caused by: {cause}");
        source = cause.source();
    }
}
