//! The digits and their reader: `digits.csv` in, checked arrays out.

use std::fs;
use std::io;
use std::path::Path;

use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};

mod error;
mod row;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use error::{DatasetError, Place};
use row::Row;

/// The number of pixels of an image, 8 rows of 8, in reading order.
pub(crate) const PIXELS: usize = 64;

/// The number of classes: the digits 0 to 9.
pub(crate) const CLASSES: usize = 10;

/// The largest label.
const LARGEST_DIGIT: u8 = 9;

/// The brightest grey level of a pixel in the file.
pub(crate) const BRIGHTEST: u8 = 16;

/// Holds images of handwritten digits and which digit each shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Digits {
    /// The images, rows × [`PIXELS`]. As read from the file, each value is a grey level from 0
    /// to [`BRIGHTEST`].
    pub(crate) images: Array2<f32>,
    /// The digit that each image shows, 0 to 9, one for each row of `images`.
    pub(crate) labels: Vec<u8>,
}

impl Digits {
    /// Reads the file at `path` and checks that it holds exactly `expected_rows` digits.
    ///
    /// # Errors
    ///
    /// - [`DatasetError::Missing`] and [`DatasetError::Unreadable`] if the file cannot be read.
    /// - All others as [`Digits::parse`]; they name the file by its full `path`.
    pub(crate) fn load(path: &Path, expected_rows: usize) -> Result<Self, DatasetError> {
        let bytes = fs::read(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => DatasetError::Missing {
                path: path.to_owned(),
            },
            _ => DatasetError::Unreadable {
                path: path.to_owned(),
                source,
            },
        })?;
        Self::parse(&bytes, &path.display().to_string(), expected_rows)
    }

    /// Parses rows of 64 grey levels and a label, separated by commas, without a header.
    ///
    /// A line may end in `\n` or `\r\n`; the last one need not end. `file` only serves the
    /// messages. The number of rows is a parameter because nothing else tells a whole file from
    /// one that was cut at the end of a line.
    ///
    /// # Errors
    ///
    /// Any damage to the file is an error that names the first place where it shows.
    pub(crate) fn parse(
        bytes: &[u8],
        file: &str,
        expected_rows: usize,
    ) -> Result<Self, DatasetError> {
        let text = str::from_utf8(bytes).map_err(|_| not_utf8(bytes, file))?;
        if text.is_empty() {
            return Err(DatasetError::Empty {
                file: file.to_owned(),
                expected: expected_rows,
            });
        }
        let rows = text
            .split_inclusive('\n')
            .zip(1..)
            .map(|(line, number)| Row::new(file, number, line).values())
            .collect::<Result<Vec<_>, _>>()?;
        if rows.len() != expected_rows {
            return Err(DatasetError::RowCount {
                file: file.to_owned(),
                found: rows.len(),
                expected: expected_rows,
            });
        }
        Ok(Self {
            images: Array2::from_shape_fn((rows.len(), PIXELS), |(row, pixel)| {
                f32::from(rows[row][pixel])
            }),
            labels: rows.iter().map(|row| row[PIXELS]).collect(),
        })
    }

    /// Returns the number of digits.
    pub(crate) fn len(&self) -> usize {
        self.labels.len()
    }

    /// Returns the given rows, in the given order.
    ///
    /// # Panics
    ///
    /// If an index is not below [`Digits::len`].
    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        Self {
            images: self.images.select(Axis(0), rows),
            labels: rows.iter().map(|&row| self.labels[row]).collect(),
        }
    }
}

/// Finds the first byte of `bytes` that is not UTF-8.
fn not_utf8(bytes: &[u8], file: &str) -> DatasetError {
    let (valid, invalid) = bytes
        .utf8_chunks()
        .next()
        .map_or(("", &[][..]), |chunk| (chunk.valid(), chunk.invalid()));
    let line = valid.matches('\n').count() + 1;
    let column = valid.chars().rev().take_while(|&c| c != '\n').count() + 1;
    DatasetError::NotUtf8 {
        place: Place {
            file: file.to_owned(),
            line,
            column,
        },
        found: invalid.to_vec(),
    }
}
