//! Log lines as values: kept with a record, shown later.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::compact::Harmless;
use super::settings::Level;

/// What a [`Capture`](super::Capture) kept, in order.
///
/// Displayed, it is a line of text per log line, as on standard error, and one that says how many
/// were left out, where they were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturedLog {
    /// The lines it began with.
    pub first: Vec<LogLine>,
    /// How many lines came then that are not kept.
    pub left_out: u64,
    /// The lines it ended with.
    pub last: Vec<LogLine>,
}

impl CapturedLog {
    /// Returns the lines that were kept.
    pub fn lines(&self) -> impl Iterator<Item = &LogLine> {
        self.first.iter().chain(&self.last)
    }

    /// Tells whether nothing was logged.
    pub fn is_empty(&self) -> bool {
        self.left_out == 0 && self.lines().next().is_none()
    }
}

impl fmt::Display for CapturedLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut show = |lines: &[LogLine]| lines.iter().try_for_each(|line| writeln!(f, "{line}"));
        show(&self.first)?;
        match self.left_out {
            0 => {}
            1 => writeln!(f, "… 1 line left out")?,
            lines => writeln!(f, "… {lines} lines left out")?,
        }
        self.last.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// One event of the log, exactly as it was logged.
///
/// Displayed, it looks as on standard error, at the local time. Control characters are escaped,
/// so that they do nothing to a terminal, and further lines of a message are indented, so that
/// none of them passes for an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When it was logged.
    pub at: Timestamp,
    /// How severe it is.
    pub level: Level,
    /// The module, or what the event names instead.
    pub target: String,
    /// The spans around it, inside of the one that was captured, outermost first:
    /// `shard{n=3} batch`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub spans: String,
    /// The message and the fields: `learned loss=0.026`.
    pub message: String,
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        let at = self.at.to_zoned(TimeZone::system());
        let level = self.level.to_string().to_uppercase();
        write!(f, "{} {level:<5} ", at.strftime("%F %T"))?;
        let mut harmless = Harmless(f);
        if !self.spans.is_empty() {
            write!(harmless, "{} ", self.spans)?;
        }
        if matches!(self.level, Level::Debug | Level::Trace) {
            write!(harmless, "{} ", self.target)?;
        }
        write!(harmless, "{}", self.message.replace('\n', "\n    "))
    }
}
