//! One pass over the training rows.

use std::num::NonZeroUsize;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::dataset::Digits;
use crate::network::Weights;
use crate::optimizer::{Optimizer, OptimizerState};

#[cfg(test)]
mod tests;

/// Says how an epoch went, on the training rows.
///
/// Each row is judged just before the network learns from it, so the figures are averages over
/// weights that improve during the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct EpochMetrics {
    /// The epoch, from 1.
    pub(crate) epoch: u32,
    /// The mean cross-entropy, in nats.
    pub(crate) loss: f64,
    /// The share of rows that were recognised, 0 to 1.
    pub(crate) accuracy: f64,
}

/// Learns once from each row of `train`, in mini-batches of shuffled rows.
///
/// The order of the rows depends on `seed` and `epoch` alone, so an epoch is a pure function of
/// its arguments: training that is taken up from stored weights and state goes on bit for bit
/// as if it had never stopped. The last batch may be smaller.
///
/// # Errors
///
/// - [`TrainingError::Diverged`] if the loss of a batch is not finite. `weights` and `state` are
///   then those that gave this loss, and worthless.
///
/// # Panics
///
/// If `weights` and `state` are of different shapes.
pub(crate) fn pass(
    weights: &mut Weights,
    state: &mut OptimizerState,
    train: &Digits,
    optimizer: &dyn Optimizer,
    batch_size: NonZeroUsize,
    seed: u64,
    epoch: u32,
) -> Result<EpochMetrics, TrainingError> {
    let mut loss = 0.0;
    let mut recognised = 0;
    let order = order(train.len(), seed, epoch);
    for (batch, rows) in order.chunks(batch_size.get()).enumerate() {
        let Digits { images, labels } = train.select(rows);
        let activations = weights.forward(&images);
        let batch_loss = activations.loss(&labels);
        if !batch_loss.is_finite() {
            return Err(TrainingError::Diverged {
                epoch,
                batch: batch + 1,
                loss: batch_loss,
            });
        }
        loss += batch_loss;
        recognised += activations
            .predictions()
            .iter()
            .zip(&labels)
            .filter(|(a, b)| a == b)
            .count();
        let gradient = weights.backward(&images, &labels, &activations);
        optimizer.update(weights, state, &gradient);
    }
    let rows = train.len().max(1) as f64;
    Ok(EpochMetrics {
        epoch,
        loss: loss / rows,
        accuracy: recognised as f64 / rows,
    })
}

/// Shuffles the indices of `rows` rows.
///
/// ChaCha has 2^64 independent streams for each seed; an epoch reads the one with its number.
/// Stream 0 is left to the initial weights.
fn order(rows: usize, seed: u64, epoch: u32) -> Vec<usize> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(u64::from(epoch));
    let mut order: Vec<usize> = (0..rows).collect();
    order.shuffle(&mut rng);
    order
}

/// Why an epoch could not be completed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub(crate) enum TrainingError {
    /// The weights have grown beyond all bounds.
    #[error(
        "training diverged: in epoch {epoch}, batch {batch}, the loss is `{loss}`, expected a \
         finite number; a lower learning rate may help"
    )]
    Diverged { epoch: u32, batch: usize, loss: f64 },
}
