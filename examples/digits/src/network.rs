//! The network: 64 pixels, one hidden layer, a probability for each of 10 digits.
//!
//! All sums run in a fixed order on one thread, so the same inputs give the same bits on every
//! run of a binary on the same kind of processor. (Another kind may round differently, since
//! `ndarray` picks its kernels by what the processor offers.)

use std::num::NonZeroUsize;

use ndarray::{Array1, Array2, ArrayView1, Axis};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::dataset::{CLASSES, PIXELS};

mod gradient;
#[cfg(test)]
mod tests;

pub(crate) use gradient::Gradient;

/// Holds all that the network learns, for `h` hidden units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Weights {
    /// From pixels to hidden units, 64 × `h`.
    pub(crate) hidden: Array2<f32>,
    /// Added to each hidden unit, `h`.
    pub(crate) hidden_bias: Array1<f32>,
    /// From hidden units to classes, `h` × 10.
    pub(crate) output: Array2<f32>,
    /// Added to each class, 10.
    pub(crate) output_bias: Array1<f32>,
}

impl Weights {
    /// Draws weights from which training can start; biases are 0.
    ///
    /// The weights of a layer with `n` inputs are uniform within ±√(6 / `n`), so that their
    /// variance is 2 / `n`: He et al., "Delving Deep into Rectifiers" (2015), section 2.2. The
    /// same `seed` gives the same weights on every platform.
    pub(crate) fn initialise(hidden_units: NonZeroUsize, seed: u64) -> Self {
        let units = hidden_units.get();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut layer = |inputs: usize, outputs: usize| {
            let limit = (6.0 / inputs as f32).sqrt();
            Array2::from_shape_simple_fn((inputs, outputs), || rng.random_range(-limit..=limit))
        };
        Self {
            hidden: layer(PIXELS, units),
            hidden_bias: Array1::zeros(units),
            output: layer(units, CLASSES),
            output_bias: Array1::zeros(CLASSES),
        }
    }

    /// Computes what the network makes of `images` (rows × 64).
    ///
    /// # Panics
    ///
    /// If the images have another number of pixels than the weights.
    pub(crate) fn forward(&self, images: &Array2<f32>) -> Activations {
        let mut hidden = images.dot(&self.hidden) + &self.hidden_bias;
        hidden.mapv_inplace(|value| value.max(0.0));
        let mut log_probabilities = hidden.dot(&self.output) + &self.output_bias;
        for mut row in log_probabilities.rows_mut() {
            let normaliser = log_sum_exp(row.view());
            row -= normaliser;
        }
        Activations {
            hidden,
            log_probabilities,
        }
    }

    /// Computes the gradient of the mean cross-entropy by back-propagation.
    ///
    /// `activations` are those of [`Weights::forward`] for the same `images`. The algorithm is
    /// that of Rumelhart, Hinton and Williams, "Learning representations by back-propagating
    /// errors" (1986); with softmax and cross-entropy, the error at the output is simply the
    /// probabilities minus the truth.
    ///
    /// # Panics
    ///
    /// If the rows of `images`, `labels` and `activations` are not equally many, or a label is
    /// above 9.
    pub(crate) fn backward(
        &self,
        images: &Array2<f32>,
        labels: &[u8],
        activations: &Activations,
    ) -> Gradient {
        let mut error = activations.log_probabilities.mapv(f32::exp);
        for (mut row, &label) in error.rows_mut().into_iter().zip(labels) {
            row[usize::from(label)] -= 1.0;
        }
        error /= labels.len().max(1) as f32;

        let mut hidden_error = error.dot(&self.output.t());
        hidden_error.zip_mut_with(&activations.hidden, |error, &activation| {
            if activation <= 0.0 {
                *error = 0.0;
            }
        });
        Gradient {
            hidden: images.t().dot(&hidden_error),
            hidden_bias: hidden_error.sum_axis(Axis(0)),
            output: activations.hidden.t().dot(&error),
            output_bias: error.sum_axis(Axis(0)),
        }
    }

    /// Returns the likeliest digit for each of `images` (rows × 64); of equals, the smallest.
    ///
    /// # Panics
    ///
    /// If the images have another number of pixels than the weights.
    pub(crate) fn predict(&self, images: &Array2<f32>) -> Vec<u8> {
        self.forward(images).predictions()
    }
}

/// Holds what the network computed for some rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Activations {
    /// The hidden units after the rectifier, rows × `h`.
    hidden: Array2<f32>,
    /// The logarithm of the probability of each digit, rows × 10.
    log_probabilities: Array2<f32>,
}

impl Activations {
    /// Returns the cross-entropy with the true `labels` in nats, summed over the rows.
    ///
    /// # Panics
    ///
    /// If a label is above 9.
    pub(crate) fn loss(&self, labels: &[u8]) -> f64 {
        self.log_probabilities
            .rows()
            .into_iter()
            .zip(labels)
            .map(|(row, &label)| -f64::from(row[usize::from(label)]))
            .sum()
    }

    /// Returns the likeliest digit for each row; of equals, the smallest.
    pub(crate) fn predictions(&self) -> Vec<u8> {
        self.log_probabilities
            .rows()
            .into_iter()
            .map(likeliest)
            .collect()
    }
}

/// Computes ln Σ exp(x) without overflow, by taking out the largest term.
fn log_sum_exp(values: ArrayView1<'_, f32>) -> f32 {
    let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    largest
        + values
            .iter()
            .map(|&value| (value - largest).exp())
            .sum::<f32>()
            .ln()
}

/// Returns the class with the largest value; class 0 if none is a number.
fn likeliest(values: ArrayView1<'_, f32>) -> u8 {
    let mut best = (0, f32::NEG_INFINITY);
    for (class, &value) in (0..).zip(values) {
        if value > best.1 {
            best = (class, value);
        }
    }
    best.0
}
