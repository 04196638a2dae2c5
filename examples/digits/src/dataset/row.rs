//! One line of the file: 64 pixels and a label.

use super::error::Expected;
use super::{BRIGHTEST, DatasetError, LARGEST_DIGIT, PIXELS, Place};

/// The fields of a row: the pixels, then the label.
const FIELDS: usize = PIXELS + 1;

/// Reads one line and knows where it stands.
pub(super) struct Row<'a> {
    file: &'a str,
    line: usize,
    text: &'a str,
    /// Whether a line end follows; only the last line of a file may lack it.
    ended: bool,
}

impl<'a> Row<'a> {
    /// Takes a line with its line end, if it has one.
    pub(super) fn new(file: &'a str, line: usize, text: &'a str) -> Self {
        let ended = text.ends_with('\n');
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        Self {
            file,
            line,
            text,
            ended,
        }
    }

    /// Returns the pixels and, last, the label.
    pub(super) fn values(&self) -> Result<[u8; FIELDS], DatasetError> {
        let fields = match self.text {
            "" => Vec::new(),
            text => text.split(',').collect(),
        };
        let label_missing = fields.len() == FIELDS && fields.last() == Some(&"");
        let cut = !self.ended && (fields.len() < FIELDS || label_missing);
        // The last field of a cut line may be half a number, so what it holds says nothing.
        let complete = if cut {
            fields.len().saturating_sub(1)
        } else {
            fields.len()
        };

        let mut values = [0; FIELDS];
        let mut column = 1;
        for (index, field) in fields.iter().take(complete).enumerate() {
            let Some(value) = values.get_mut(index) else {
                return Err(DatasetError::TooManyFields {
                    place: self.place(column),
                    found: fields.len(),
                    expected: FIELDS,
                });
            };
            *value = self.number(field, column, accepted(index))?;
            column += field.chars().count() + 1;
        }
        if complete == FIELDS {
            return Ok(values);
        }
        let place = self.place(self.text.chars().count() + 1);
        Err(if cut {
            DatasetError::Truncated {
                place,
                found: complete,
                expected: FIELDS,
            }
        } else {
            DatasetError::TooFewFields {
                place,
                found: complete,
                expected: FIELDS,
            }
        })
    }

    /// Reads the field that begins at `column`.
    fn number(&self, field: &str, column: usize, expected: Expected) -> Result<u8, DatasetError> {
        let stranger = field.chars().position(|c| !c.is_ascii_digit());
        if let Some(offset) = stranger.or(field.is_empty().then_some(0)) {
            return Err(DatasetError::NotANumber {
                place: self.place(column + offset),
                found: field.to_owned(),
                expected,
            });
        }
        // All are digits, so a failure to parse only means that there are too many of them.
        match field.parse() {
            Ok(value) if value <= expected.max() => Ok(value),
            _ => Err(DatasetError::OutOfRange {
                place: self.place(column),
                found: field.to_owned(),
                expected,
            }),
        }
    }

    fn place(&self, column: usize) -> Place {
        Place {
            file: self.file.to_owned(),
            line: self.line,
            column,
        }
    }
}

/// Says what the field with this index holds.
fn accepted(index: usize) -> Expected {
    if index < PIXELS {
        Expected::Pixel(BRIGHTEST)
    } else {
        Expected::Label(LARGEST_DIGIT)
    }
}
