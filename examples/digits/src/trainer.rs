//! Puts the network, the optimizer and the settings together.

use thinking::prelude::*;

use crate::dataset::Digits;
use crate::network::Weights;
use crate::optimizer::{Optimizer, OptimizerState};
use crate::settings::Training;
use crate::training::{self, EpochMetrics, TrainingError};

/// The network with all that the next epoch needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    pub(crate) weights: Weights,
    pub(crate) optimizer: OptimizerState,
}

/// Trains a model with whichever optimizer is active.
#[component]
pub(crate) struct Trainer {
    optimizer: Arc<dyn Optimizer>,
    training: Config<Training>,
}

impl Trainer {
    /// Makes a model that has learned nothing yet.
    pub(crate) fn fresh(&self) -> Model {
        let weights = Weights::initialise(*self.training.hidden_units(), self.training.seed());
        Model { weights, optimizer: OptimizerState::default() }
    }

    /// Returns the name of the optimizer that is active.
    pub(crate) fn optimizer_name(&self) -> &'static str {
        self.optimizer.name()
    }

    /// Improves the model by one epoch.
    ///
    /// # Errors
    ///
    /// The loss is no number any more; the model is worthless then.
    pub(crate) fn pass(
        &self,
        model: &mut Model,
        train: &Digits,
        epoch: u32,
    ) -> Result<EpochMetrics, TrainingError> {
        let (batch_size, seed) = (*self.training.batch_size(), self.training.seed());
        let Model { weights, optimizer: state } = model;
        training::pass(weights, state, train, &*self.optimizer, batch_size, seed, epoch)
    }
}
