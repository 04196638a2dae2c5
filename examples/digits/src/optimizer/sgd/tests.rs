//! Tests of the velocity.

use super::*;
use crate::optimizer::tests::{gradient, weights};

#[test]
fn velocity_adds_up_and_decays() {
    // All of these are sums of powers of two, hence exact.
    let sgd = Sgd {
        learning_rate: 0.25,
        momentum: 0.5,
    };
    let (mut weights, mut state) = (weights(), OptimizerState::default());
    // velocity: 1, then 0.5 + 1 = 1.5, then 0.75 + 0 = 0.75
    for (slope, expected) in [(1.0, 0.75), (1.0, 0.375), (0.0, 0.1875)] {
        sgd.update(&mut weights, &mut state, &gradient(slope));
        assert_eq!(weights.output_bias[0], expected);
    }
}

#[test]
fn without_momentum_the_past_does_not_matter() {
    let sgd = Sgd {
        learning_rate: 0.25,
        momentum: 0.0,
    };
    let (mut weights, mut state) = (weights(), OptimizerState::default());
    for (slope, expected) in [(1.0, 0.75), (0.0, 0.75), (-1.0, 1.0)] {
        sgd.update(&mut weights, &mut state, &gradient(slope));
        assert_eq!(weights.output_bias[0], expected);
    }
}
