//! Stochastic gradient descent with momentum.

use ndarray::{Array, Dimension, Zip};

use thinking::prelude::*;

use super::{Optimizer, OptimizerState};
use crate::network::{Gradient, Weights};
use crate::settings::Training;

#[cfg(test)]
mod tests;

/// Follows a decaying sum of gradients: Polyak, "Some methods of speeding up the convergence of
/// iteration methods" (1964), applied to mini-batches.
///
/// The velocity is `v ← momentum · v + g` and the weight `w ← w − learning_rate · v`, as in
/// PyTorch; without momentum this is plain gradient descent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sgd {
    /// How far to go along the velocity, above 0.
    pub(crate) learning_rate: f32,
    /// How much of the velocity the next update keeps, from 0 to below 1.
    pub(crate) momentum: f32,
}

#[component(provides = dyn Optimizer)]
fn sgd(training: Config<Training>) -> Sgd {
    Sgd { learning_rate: training.learning_rate(), momentum: training.momentum() }
}

impl Optimizer for Sgd {
    fn name(&self) -> &'static str {
        "gradient descent with momentum"
    }

    fn update(&self, weights: &mut Weights, state: &mut OptimizerState, gradient: &Gradient) {
        if !matches!(state, OptimizerState::Momentum { .. }) {
            *state = OptimizerState::Momentum { velocity: Gradient::zeros(weights) };
        }
        let OptimizerState::Momentum { velocity } = state else {
            return;
        };
        self.step(&mut weights.hidden, &mut velocity.hidden, &gradient.hidden);
        self.step(&mut weights.hidden_bias, &mut velocity.hidden_bias, &gradient.hidden_bias);
        self.step(&mut weights.output, &mut velocity.output, &gradient.output);
        self.step(&mut weights.output_bias, &mut velocity.output_bias, &gradient.output_bias);
    }
}

impl Sgd {
    fn step<D: Dimension>(
        &self,
        weights: &mut Array<f32, D>,
        velocity: &mut Array<f32, D>,
        gradient: &Array<f32, D>,
    ) {
        Zip::from(weights).and(velocity).and(gradient).for_each(|weight, velocity, &gradient| {
            *velocity = self.momentum * *velocity + gradient;
            *weight -= self.learning_rate * *velocity;
        });
    }
}
