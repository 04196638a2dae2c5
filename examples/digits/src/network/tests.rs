//! Tests of the network: its gradient against differences of its loss, and its probabilities.

use ndarray::array;

use super::*;
use crate::dataset::Digits;
use crate::dataset::tests::digits;

fn some_digits() -> Digits {
    let mut some = digits().select(&[0, 3, 55, 700, 1796]);
    some.images /= 16.0;
    some
}

fn weights() -> Weights {
    let mut weights = Weights::initialise(NonZeroUsize::new(6).unwrap(), 3);
    // Biases of 0 would hide mistakes in them.
    weights
        .hidden_bias
        .iter_mut()
        .zip(1..)
        .for_each(|(bias, n)| *bias = 0.05 * n as f32);
    weights
        .output_bias
        .iter_mut()
        .zip(1..)
        .for_each(|(bias, n)| *bias = 0.1 - 0.03 * n as f32);
    weights
}

fn mean_loss(weights: &Weights, digits: &Digits) -> f64 {
    weights.forward(&digits.images).loss(&digits.labels) / digits.len() as f64
}

/// Picks one number of the weights.
type Pick = fn(&mut Weights, usize) -> Option<&mut f32>;

#[test]
fn the_gradient_is_that_of_the_loss() {
    let (digits, weights) = (some_digits(), weights());
    let activations = weights.forward(&digits.images);
    let gradient = weights.backward(&digits.images, &digits.labels, &activations);
    let parts: [(&str, Vec<f32>, Pick); 4] = [
        (
            "hidden",
            gradient.hidden.iter().copied().collect(),
            |w, n| w.hidden.iter_mut().nth(n),
        ),
        ("hidden_bias", gradient.hidden_bias.to_vec(), |w, n| {
            w.hidden_bias.get_mut(n)
        }),
        (
            "output",
            gradient.output.iter().copied().collect(),
            |w, n| w.output.iter_mut().nth(n),
        ),
        ("output_bias", gradient.output_bias.to_vec(), |w, n| {
            w.output_bias.get_mut(n)
        }),
    ];
    // Small enough that no hidden unit switches on or off in between, where the loss has a kink.
    const STEP: f32 = 1e-3;
    for (name, slopes, pick) in parts {
        for (index, &slope) in slopes.iter().enumerate() {
            let loss_at = |shift: f32| {
                let mut shifted = weights.clone();
                *pick(&mut shifted, index).unwrap() += shift;
                mean_loss(&shifted, &digits)
            };
            let difference = (loss_at(STEP) - loss_at(-STEP)) / f64::from(2.0 * STEP);
            let gap = (difference - f64::from(slope)).abs();
            assert!(
                gap < 1e-3,
                "{name}[{index}]: gradient {slope}, difference {difference}"
            );
        }
        assert!(
            slopes.iter().any(|slope| slope.abs() > 1e-2),
            "{name} is tested by nothing"
        );
    }
}

#[test]
fn probabilities_sum_to_1() {
    let activations = weights().forward(&some_digits().images);
    for row in activations.log_probabilities.rows() {
        let sum: f32 = row.iter().map(|p| p.exp()).sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    }
}

#[test]
fn huge_weights_do_not_overflow_the_loss() {
    let digits = some_digits();
    let mut weights = weights();
    weights.output *= 1e30;
    assert!(mean_loss(&weights, &digits).is_finite());
}

#[test]
fn the_same_inputs_give_the_same_bits() {
    let (digits, weights) = (some_digits(), weights());
    let once = weights.forward(&digits.images);
    let again = weights.forward(&digits.images);
    assert_eq!(once, again);
    let gradient = weights.backward(&digits.images, &digits.labels, &once);
    assert_eq!(
        gradient,
        weights.backward(&digits.images, &digits.labels, &again)
    );
}

#[test]
fn initial_weights_depend_on_the_seed_and_have_the_right_spread() {
    let units = NonZeroUsize::new(500).unwrap();
    let weights = Weights::initialise(units, 1);
    assert_eq!(weights, Weights::initialise(units, 1));
    assert_ne!(weights, Weights::initialise(units, 2));
    assert_eq!(weights.hidden.dim(), (64, 500));
    assert_eq!(weights.output.dim(), (500, 10));
    for (layer, inputs) in [(&weights.hidden, 64.0), (&weights.output, 500.0)] {
        let variance = layer.iter().map(|w| w * w).sum::<f32>() / layer.len() as f32;
        let expected = 2.0 / inputs;
        assert!(
            (variance / expected - 1.0).abs() < 0.1,
            "{variance}, expected {expected}"
        );
    }
}

#[test]
fn the_likeliest_digit_is_the_first_of_the_largest() {
    assert_eq!(likeliest(array![0.1, 0.7, 0.2].view()), 1);
    assert_eq!(likeliest(array![0.2, 0.4, 0.4].view()), 1);
    assert_eq!(likeliest(array![f32::NAN, f32::NAN].view()), 0);
    assert_eq!(likeliest(array![f32::NAN, -1.0].view()), 1);
}

#[test]
fn weights_survive_storage() {
    let weights = weights();
    let stored = rmp_serde::to_vec(&weights).unwrap();
    assert_eq!(rmp_serde::from_slice::<Weights>(&stored).unwrap(), weights);
}
