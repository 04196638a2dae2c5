//! What can be wrong with the file of digits, and where in it.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Points at a character of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file, as the user knows it.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The column in characters, from 1.
    pub(crate) column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` line {}, column {}",
            self.file, self.line, self.column
        )
    }
}

/// Why the digits could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum DatasetError {
    /// There is no such file.
    #[error("there is no file `{}`; the setting `file` in `data.toml` names it", .path.display())]
    Missing { path: PathBuf },

    /// The file is there, but the system does not let us read it.
    #[error("`{}` cannot be read", .path.display())]
    Unreadable { path: PathBuf, source: io::Error },

    /// The file has no content at all.
    #[error("`{file}` is empty, expected {expected} rows")]
    Empty { file: String, expected: usize },

    /// The file contains bytes that are no text.
    #[error("{place}: found {}, expected UTF-8 text", Bytes(.found))]
    NotUtf8 { place: Place, found: Vec<u8> },

    /// A field holds something else than digits.
    #[error("{place}: found {}, expected a {expected}", Field(.found))]
    NotANumber {
        place: Place,
        found: String,
        expected: Expected,
    },

    /// A field holds a number that is too large for it.
    #[error("{place}: found {}, expected a {expected}", Field(.found))]
    OutOfRange {
        place: Place,
        found: String,
        expected: Expected,
    },

    /// A complete line ends too early.
    #[error("{place}: the row ends after {}, expected {expected}", Count(*.found, "field"))]
    TooFewFields {
        place: Place,
        found: usize,
        expected: usize,
    },

    /// A line goes on after the label.
    #[error("{place}: the row goes on, found {}, expected {expected}", Count(*.found, "field"))]
    TooManyFields {
        place: Place,
        found: usize,
        expected: usize,
    },

    /// The last line has no line end and lacks fields: the file was cut.
    #[error(
        "{place}: the file ends within a row, found {} complete of {expected}; \
         it was probably cut short",
        Count(*.found, "field")
    )]
    Truncated {
        place: Place,
        found: usize,
        expected: usize,
    },

    /// Each row is well formed, but rows are missing or too many.
    #[error("`{file}` has {}, expected {expected}", Count(*.found, "row"))]
    RowCount {
        file: String,
        found: usize,
        expected: usize,
    },
}

/// Says what a field accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A grey level, 0 to the given one.
    Pixel(u8),
    /// A digit, 0 to the given one.
    Label(u8),
}

impl Expected {
    /// Returns the largest accepted number.
    pub(crate) fn max(self) -> u8 {
        match self {
            Self::Pixel(max) | Self::Label(max) => max,
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pixel(max) => write!(f, "pixel from 0 to {max}"),
            Self::Label(max) => write!(f, "label from 0 to {max}"),
        }
    }
}

/// Shows a field on one short line, whatever is in it.
struct Field<'a>(&'a str);

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN_CHARS: usize = 20;
        if self.0.is_empty() {
            return f.write_str("an empty field");
        }
        f.write_str("`")?;
        for c in self.0.chars().take(SHOWN_CHARS) {
            write!(f, "{}", c.escape_debug())?;
        }
        f.write_str(if self.0.chars().nth(SHOWN_CHARS).is_some() {
            "…`"
        } else {
            "`"
        })
    }
}

/// Shows bytes in hexadecimal.
struct Bytes<'a>(&'a [u8]);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.len() == 1 {
            "the byte `"
        } else {
            "the bytes `"
        })?;
        for (index, byte) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            write!(f, "{gap}{byte:#04x}")?;
        }
        f.write_str("`")
    }
}

/// Counts things, with the plural where it is due.
struct Count(usize, &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, thing) = self;
        write!(f, "{count} {thing}{}", if *count == 1 { "" } else { "s" })
    }
}
