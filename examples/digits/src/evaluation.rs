//! How well the network recognises digits that it has not learned from.

use std::cmp::Reverse;

use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};

use crate::dataset::{CLASSES, Digits};
use crate::network::Weights;

#[cfg(test)]
mod tests;

/// Counts what each digit was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Evaluation {
    /// How many rows of a digit were taken for a digit: 10 × 10, true digit × predicted digit.
    pub(crate) confusion: Array2<u32>,
}

/// Says how often one digit was taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Confusion {
    /// The digit that was written.
    pub(crate) actual: u8,
    /// The digit that was recognised.
    pub(crate) predicted: u8,
    /// How often, at least 1.
    pub(crate) count: u32,
}

impl Evaluation {
    /// Lets the network judge `test` and compares with the truth.
    ///
    /// # Panics
    ///
    /// If the images and the weights do not fit, or a label is above 9.
    pub(crate) fn of(weights: &Weights, test: &Digits) -> Self {
        Self::compare(&test.labels, &weights.predict(&test.images))
    }

    /// Compares predictions with the truth, row by row.
    ///
    /// # Panics
    ///
    /// If a digit is above 9.
    pub(crate) fn compare(actual: &[u8], predicted: &[u8]) -> Self {
        let mut confusion = Array2::zeros((CLASSES, CLASSES));
        for (&actual, &predicted) in actual.iter().zip(predicted) {
            confusion[[usize::from(actual), usize::from(predicted)]] += 1;
        }
        Self { confusion }
    }

    /// Returns the number of rows.
    pub(crate) fn rows(&self) -> u32 {
        self.confusion.sum()
    }

    /// Returns the number of rows that were recognised.
    pub(crate) fn recognised(&self) -> u32 {
        self.confusion.diag().sum()
    }

    /// Returns the share of rows that were recognised, 0 to 1; 0 if there are none.
    pub(crate) fn accuracy(&self) -> f64 {
        share(self.recognised(), self.rows()).unwrap_or(0.0)
    }

    /// Returns the share of the rows taken for `digit` that are it; `None` if there are none.
    ///
    /// # Panics
    ///
    /// If `digit` is above 9.
    pub(crate) fn precision(&self, digit: u8) -> Option<f64> {
        let digit = usize::from(digit);
        share(
            self.confusion[[digit, digit]],
            self.confusion.index_axis(Axis(1), digit).sum(),
        )
    }

    /// Returns the share of the rows of `digit` that are taken for it; `None` if there are none.
    ///
    /// # Panics
    ///
    /// If `digit` is above 9.
    pub(crate) fn recall(&self, digit: u8) -> Option<f64> {
        let recognised = self.confusion[[usize::from(digit), usize::from(digit)]];
        share(recognised, self.support(digit))
    }

    /// Returns the number of rows of `digit`.
    ///
    /// # Panics
    ///
    /// If `digit` is above 9.
    pub(crate) fn support(&self, digit: u8) -> u32 {
        self.confusion.row(usize::from(digit)).sum()
    }

    /// Returns the up to `limit` most frequent mistakes, the most frequent first, equals by
    /// digit.
    pub(crate) fn worst(&self, limit: usize) -> Vec<Confusion> {
        let mut mistakes: Vec<_> = (0..)
            .zip(self.confusion.rows())
            .flat_map(|(actual, row)| {
                (0..)
                    .zip(row.to_vec())
                    .map(move |(predicted, count)| Confusion {
                        actual,
                        predicted,
                        count,
                    })
            })
            .filter(|mistake| mistake.actual != mistake.predicted && mistake.count > 0)
            .collect();
        // The sort is stable, so equals keep the order of the matrix.
        mistakes.sort_by_key(|mistake| Reverse(mistake.count));
        mistakes.truncate(limit);
        mistakes
    }
}

/// Divides, unless there is nothing to divide by.
fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}
