//! What the commands tell the user. This is the only place here that prints.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling the user is what this file is for"
)]

use std::error::Error;

/// Shows a line.
pub(crate) fn line(text: &str) {
    anstream::println!("{text}");
}

/// Shows an error with its causes.
pub(crate) fn error(error: &(dyn Error + 'static)) {
    anstream::eprintln!("\u{1b}[1;31merror\u{1b}[0m: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        anstream::eprintln!("  caused by: {cause}");
        source = cause.source();
    }
}
