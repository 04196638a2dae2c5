//! Adam: steps scaled by estimates of the gradient's moments.

use ndarray::{Array, Dimension, Zip};

use thinking::prelude::*;

use super::{Optimizer, OptimizerState};
use crate::network::{Gradient, Weights};
use crate::settings::Training;

#[cfg(test)]
mod tests;

/// Keeps the division defined where a gradient has always been zero.
const EPSILON: f32 = 1e-8;

/// Scales each weight's step by how large and how steady its gradient was: Kingma and Ba,
/// "Adam: A Method for Stochastic Optimization" (2015), algorithm 1, with its ε of 1e-8.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Adam {
    /// About how far a weight moves in one update, above 0.
    pub(crate) learning_rate: f32,
    /// How much of the average gradient the next update keeps, from 0 to below 1; usually 0.9.
    pub(crate) beta1: f32,
    /// How much of the average squared gradient the next update keeps, from 0 to below 1;
    /// usually 0.999.
    pub(crate) beta2: f32,
}

#[component(provides = dyn Optimizer, primary, when(profile = "adam"))]
fn adam(training: Config<Training>) -> Adam {
    Adam {
        learning_rate: training.learning_rate(),
        beta1: training.beta1(),
        beta2: training.beta2(),
    }
}

impl Optimizer for Adam {
    fn name(&self) -> &'static str {
        "Adam"
    }

    fn update(&self, weights: &mut Weights, state: &mut OptimizerState, gradient: &Gradient) {
        if !matches!(state, OptimizerState::Moments { .. }) {
            *state = OptimizerState::Moments {
                updates: 0,
                first: Gradient::zeros(weights),
                second: Gradient::zeros(weights),
            };
        }
        let OptimizerState::Moments { updates, first, second } = state else {
            return;
        };
        *updates = updates.saturating_add(1);
        let step = self.step(*updates);
        step.apply(&mut weights.hidden, &mut first.hidden, &mut second.hidden, &gradient.hidden);
        step.apply(
            &mut weights.hidden_bias,
            &mut first.hidden_bias,
            &mut second.hidden_bias,
            &gradient.hidden_bias,
        );
        step.apply(&mut weights.output, &mut first.output, &mut second.output, &gradient.output);
        step.apply(
            &mut weights.output_bias,
            &mut first.output_bias,
            &mut second.output_bias,
            &gradient.output_bias,
        );
    }
}

impl Adam {
    /// Prepares update number `update`, from 1.
    fn step(&self, update: u32) -> Step<'_> {
        // Both averages start at zero; the corrections undo that bias. After so many updates that
        // the exponent would not fit, they are 1 anyway.
        let exponent = i32::try_from(update).unwrap_or(i32::MAX);
        let correction = |beta: f32| (1.0 - f64::from(beta).powi(exponent)) as f32;
        Step { adam: self, first: correction(self.beta1), second: correction(self.beta2) }
    }
}

/// One update, with the corrections of its number.
struct Step<'a> {
    adam: &'a Adam,
    /// What the first moment is divided by.
    first: f32,
    /// What the second moment is divided by.
    second: f32,
}

impl Step<'_> {
    fn apply<D: Dimension>(
        &self,
        weights: &mut Array<f32, D>,
        first: &mut Array<f32, D>,
        second: &mut Array<f32, D>,
        gradient: &Array<f32, D>,
    ) {
        let Adam { learning_rate, beta1, beta2 } = *self.adam;
        Zip::from(weights).and(first).and(second).and(gradient).for_each(
            |weight, first, second, &gradient| {
                *first = beta1 * *first + (1.0 - beta1) * gradient;
                *second = beta2 * *second + (1.0 - beta2) * gradient * gradient;
                let deviation = (*second / self.second).sqrt();
                *weight -= learning_rate * (*first / self.first) / (deviation + EPSILON);
            },
        );
    }
}
