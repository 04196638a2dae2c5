//! Tests that hold for every optimizer.

use std::num::NonZeroUsize;

use super::*;

/// One weight of each kind is watched; all others behave the same.
pub(super) fn weights() -> Weights {
    let mut weights = Weights::initialise(NonZeroUsize::MIN, 1);
    weights.output_bias.fill(1.0);
    weights
}

/// A gradient that is `slope` everywhere.
pub(super) fn gradient(slope: f32) -> Gradient {
    let mut gradient = Gradient::zeros(&weights());
    gradient.hidden.fill(slope);
    gradient.hidden_bias.fill(slope);
    gradient.output.fill(slope);
    gradient.output_bias.fill(slope);
    gradient
}

fn optimizers() -> [Box<dyn Optimizer>; 2] {
    [
        Box::new(Sgd {
            learning_rate: 0.1,
            momentum: 0.9,
        }),
        Box::new(Adam {
            learning_rate: 0.1,
            beta1: 0.9,
            beta2: 0.999,
        }),
    ]
}

#[test]
fn every_weight_moves_against_its_gradient() {
    for optimizer in optimizers() {
        let (before, mut after) = (weights(), weights());
        optimizer.update(&mut after, &mut OptimizerState::default(), &gradient(0.5));
        assert!(
            (&after.hidden - &before.hidden)
                .iter()
                .all(|&step| step < 0.0)
        );
        assert!(
            (&after.hidden_bias - &before.hidden_bias)
                .iter()
                .all(|&step| step < 0.0)
        );
        assert!(
            (&after.output - &before.output)
                .iter()
                .all(|&step| step < 0.0)
        );
        assert!(
            (&after.output_bias - &before.output_bias)
                .iter()
                .all(|&step| step < 0.0)
        );
    }
}

#[test]
fn a_stored_state_goes_on_as_if_never_stored() {
    for optimizer in optimizers() {
        let (mut weights, mut state) = (weights(), OptimizerState::default());
        let mut stored = (weights.clone(), state.clone());
        for slope in [0.5, -0.25, 0.125, 3.0] {
            optimizer.update(&mut weights, &mut state, &gradient(slope));

            let bytes = rmp_serde::to_vec(&stored).unwrap();
            stored = rmp_serde::from_slice(&bytes).unwrap();
            optimizer.update(&mut stored.0, &mut stored.1, &gradient(slope));
        }
        assert_eq!((weights, state), stored);
    }
}

#[test]
fn the_state_of_another_optimizer_is_replaced() {
    let [sgd, adam] = optimizers();
    for (first, second) in [(&sgd, &adam), (&adam, &sgd)] {
        let mut left_behind = OptimizerState::default();
        first.update(&mut weights(), &mut left_behind, &gradient(2.0));

        let (mut after_other, mut after_none) = (weights(), weights());
        let mut fresh = OptimizerState::default();
        second.update(&mut after_other, &mut left_behind, &gradient(0.5));
        second.update(&mut after_none, &mut fresh, &gradient(0.5));
        assert_eq!((after_other, left_behind), (after_none, fresh));
    }
}
