//! Tests of the moments and their corrections.

use super::*;
use crate::optimizer::tests::{gradient, weights};

const ADAM: Adam = Adam {
    learning_rate: 0.01,
    beta1: 0.9,
    beta2: 0.999,
};

#[test]
fn the_first_step_is_the_learning_rate_whatever_the_slope() {
    for slope in [1e-3, 1.0, 1e3] {
        let (mut weights, mut state) = (weights(), OptimizerState::default());
        ADAM.update(&mut weights, &mut state, &gradient(slope));
        let step = 1.0 - weights.output_bias[0];
        assert!(
            (step - ADAM.learning_rate).abs() < 1e-5,
            "{step} for {slope}"
        );
    }
}

#[test]
fn steps_follow_the_algorithm_as_printed() {
    let (mut weights, mut state) = (weights(), OptimizerState::default());
    let (mut w, mut m, mut v) = (1.0f64, 0.0f64, 0.0f64);
    for (t, g) in (1..).zip([0.5f32, -1.0, 0.25, 2.0, 0.0]) {
        ADAM.update(&mut weights, &mut state, &gradient(g));
        m = 0.9 * m + 0.1 * f64::from(g);
        v = 0.999 * v + 0.001 * f64::from(g).powi(2);
        let (mean, variance) = (m / (1.0 - 0.9f64.powi(t)), v / (1.0 - 0.999f64.powi(t)));
        w -= 0.01 * mean / (variance.sqrt() + 1e-8);
        let found = f64::from(weights.output_bias[0]);
        assert!(
            (found - w).abs() < 1e-5,
            "{found}, expected {w} after update {t}"
        );
    }
}

#[test]
fn a_gradient_of_zero_moves_nothing() {
    let (mut weights, mut state) = (weights(), OptimizerState::default());
    let before = weights.clone();
    ADAM.update(&mut weights, &mut state, &gradient(0.0));
    assert_eq!(weights, before);
}

#[test]
fn the_count_of_updates_does_not_overflow() {
    let (mut weights, mut state) = (weights(), OptimizerState::default());
    ADAM.update(&mut weights, &mut state, &gradient(1.0));
    if let OptimizerState::Moments { updates, .. } = &mut state {
        *updates = u32::MAX;
    }
    ADAM.update(&mut weights, &mut state, &gradient(1.0));
    assert!(weights.output_bias[0].is_finite());
}
