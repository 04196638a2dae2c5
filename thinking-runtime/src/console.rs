//! The terminal, shared by progress bars and everything else that is written to it.

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use indicatif::MultiProgress;

/// Returns the process's progress bars. They draw on standard error, and only on a terminal.
pub fn bars() -> &'static MultiProgress {
    static BARS: OnceLock<MultiProgress> = OnceLock::new();
    BARS.get_or_init(MultiProgress::new)
}

/// Tells whether progress bars are drawn: standard error is a terminal.
pub fn draws_bars() -> bool {
    io::stderr().is_terminal()
}

/// Tells whether a stream gets colours: it is a terminal that knows them and `NO_COLOR` is not
/// set, or `CLICOLOR_FORCE` is.
pub fn has_colours(stream: &impl RawStream) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}

/// Standard error, written above the progress bars.
///
/// Each `write` clears the bars, writes and draws them again, so pass whole lines.
#[derive(Debug, Default, Clone, Copy)]
pub struct Stderr;

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        bars().suspend(|| io::stderr().lock().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}

/// Standard output, written above the progress bars if both share a terminal.
///
/// As with [`Stderr`], pass whole lines.
#[derive(Debug, Default, Clone, Copy)]
pub struct Stdout;

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let write = || io::stdout().lock().write(bytes);
        match io::stdout().is_terminal() {
            true => bars().suspend(write),
            false => write(),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().lock().flush()
    }
}
