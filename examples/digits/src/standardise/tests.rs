//! Tests of the scaling of pixels.

use ndarray::array;

use super::*;
use crate::dataset::tests::digits;

fn two_pixels() -> Digits {
    // A pixel that varies and one that is constant.
    Digits {
        images: array![[0.0, 5.0], [4.0, 5.0], [8.0, 5.0], [12.0, 5.0]],
        labels: vec![0; 4],
    }
}

#[test]
fn pixels_are_shifted_and_scaled() {
    let digits = two_pixels();
    let scaled = Standardiser::fit(&digits).apply(&digits);
    // The mean is 6 and the variance (36 + 4 + 4 + 36) / 4 = 20.
    let unit = 20f32.sqrt();
    assert_eq!(
        scaled.images.column(0).to_vec(),
        [-6.0 / unit, -2.0 / unit, 2.0 / unit, 6.0 / unit]
    );
    assert_eq!(scaled.labels, digits.labels);
}

#[test]
fn a_constant_pixel_is_only_shifted() {
    let standardiser = Standardiser::fit(&two_pixels());
    let seen = standardiser.apply(&two_pixels());
    assert_eq!(seen.images.column(1).to_vec(), [0.0; 4]);
    let unseen = Digits {
        images: array![[6.0, 7.0]],
        labels: vec![0],
    };
    assert_eq!(standardiser.apply(&unseen).images, array![[0.0, 2.0]]);
}

#[test]
fn no_rows_give_no_nonsense() {
    let none = Digits {
        images: ndarray::Array2::zeros((0, 2)),
        labels: Vec::new(),
    };
    let standardiser = Standardiser::fit(&none);
    assert_eq!(standardiser.apply(&two_pixels()), two_pixels());
}

#[test]
fn only_the_training_rows_are_measured() {
    let split = Split::new(&digits(), 0.2, 1).unwrap();
    let mut other = split.clone();
    other.test.images.fill(1000.0);
    let (scaled, other) = (standardise(&split), standardise(&other));
    assert_eq!(scaled.train, other.train);
    assert_ne!(scaled.test, other.test);
}

#[test]
fn real_pixels_end_up_with_mean_0_and_deviation_at_most_1() {
    let digits = digits();
    let scaled = Standardiser::fit(&digits).apply(&digits);
    for pixel in scaled.images.columns() {
        let mean = mean(pixel, f64::from);
        let variance = super::mean(pixel, |value| f64::from(value).powi(2)) - mean.powi(2);
        assert!(mean.abs() < 1e-5, "{mean}");
        assert!(variance < 1.0 + 1e-4, "{variance}");
    }
    assert!(scaled.images.iter().all(|value| value.is_finite()));
}

#[test]
fn scales_survive_storage() {
    let standardiser = Standardiser::fit(&two_pixels());
    let stored = rmp_serde::to_vec(&standardiser).unwrap();
    assert_eq!(
        rmp_serde::from_slice::<Standardiser>(&stored).unwrap(),
        standardiser
    );
}
