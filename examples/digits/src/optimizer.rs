//! How weights follow the gradient.

use thinking::prelude::*;

use crate::network::{Gradient, Weights};

mod adam;
mod sgd;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use adam::Adam;
#[cfg(test)]
pub(crate) use sgd::Sgd;

/// Improves weights, one mini-batch at a time.
#[interface]
pub(crate) trait Optimizer: Send + Sync {
    /// Returns its name, for people.
    fn name(&self) -> &'static str;

    /// Moves `weights` against `gradient`, and notes in `state` what the next call needs.
    ///
    /// An update depends on the arguments and the optimizer's own settings alone, so training
    /// continues exactly where stored weights and their stored state left it. A state that
    /// another kind of optimizer left behind means nothing to this one: it begins afresh.
    ///
    /// # Panics
    ///
    /// If the weights, the state and the gradient are of different shapes.
    fn update(&self, weights: &mut Weights, state: &mut OptimizerState, gradient: &Gradient);
}

/// Holds what an optimizer remembers between updates; stored along with the weights.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "one state exists at a time, and rarely moves")]
pub(crate) enum OptimizerState {
    /// No update has happened yet.
    #[default]
    Fresh,
    /// What [`Sgd`](sgd::Sgd) remembers.
    Momentum {
        /// The decaying sum of past gradients.
        velocity: Gradient,
    },
    /// What [`Adam`](adam::Adam) remembers.
    Moments {
        /// The number of updates so far.
        updates: u32,
        /// The decaying average of gradients.
        first: Gradient,
        /// The decaying average of squared gradients.
        second: Gradient,
    },
}
