//! The division of the digits into rows to learn from and rows to test on.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::dataset::Digits;

#[cfg(test)]
mod tests;

/// Holds two disjoint parts that together are all digits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Split {
    /// The rows that weights and scales are fitted to.
    pub(crate) train: Digits,
    /// The rows that nothing is fitted to.
    pub(crate) test: Digits,
}

impl Split {
    /// Shuffles the rows and divides them.
    ///
    /// The test part gets `test_fraction` of the rows, rounded up, as in scikit-learn's
    /// `train_test_split`. The same `seed` gives the same parts on every platform.
    ///
    /// # Errors
    ///
    /// - [`SplitError::Fraction`] if `test_fraction` is not between 0 and 1.
    /// - [`SplitError::EmptyPart`] if either part would have no rows.
    pub(crate) fn new(digits: &Digits, test_fraction: f64, seed: u64) -> Result<Self, SplitError> {
        // Written so that NaN is refused as well.
        if !(test_fraction > 0.0 && test_fraction < 1.0) {
            return Err(SplitError::Fraction {
                found: test_fraction,
            });
        }
        let rows = digits.len();
        // Below 2^53 rows the product is exact enough, and it is never above `rows`.
        let test_rows = (rows as f64 * test_fraction).ceil() as usize;
        if test_rows == 0 || test_rows >= rows {
            return Err(SplitError::EmptyPart { rows, test_rows });
        }
        let mut order: Vec<usize> = (0..rows).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let (test, train) = order.split_at(test_rows);
        Ok(Self {
            train: digits.select(train),
            test: digits.select(test),
        })
    }
}

/// Why the digits could not be divided.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub(crate) enum SplitError {
    /// The fraction is no proper fraction.
    #[error("the test fraction is `{found}`, expected a number above 0 and below 1")]
    Fraction { found: f64 },

    /// There are too few rows for two parts.
    #[error("{rows} rows with {test_rows} for the test leave a part empty, expected rows in both")]
    EmptyPart { rows: usize, test_rows: usize },
}
