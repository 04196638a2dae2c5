//! The slope of the loss: one number for each number of the weights.

use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use super::Weights;

/// Holds a number for each weight: a gradient, or an average of gradients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Gradient {
    /// For [`Weights::hidden`], 64 × `h`.
    pub(crate) hidden: Array2<f32>,
    /// For [`Weights::hidden_bias`], `h`.
    pub(crate) hidden_bias: Array1<f32>,
    /// For [`Weights::output`], `h` × 10.
    pub(crate) output: Array2<f32>,
    /// For [`Weights::output_bias`], 10.
    pub(crate) output_bias: Array1<f32>,
}

impl Gradient {
    /// Returns zeros in the shapes of `weights`.
    pub(crate) fn zeros(weights: &Weights) -> Self {
        Self {
            hidden: Array2::zeros(weights.hidden.raw_dim()),
            hidden_bias: Array1::zeros(weights.hidden_bias.raw_dim()),
            output: Array2::zeros(weights.output.raw_dim()),
            output_bias: Array1::zeros(weights.output_bias.raw_dim()),
        }
    }
}
