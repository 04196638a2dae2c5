//! The scaling of pixels, fitted to the training rows alone.

use ndarray::{Array1, ArrayView1, Axis};
use serde::{Deserialize, Serialize};

use crate::dataset::Digits;
use crate::split::Split;

#[cfg(test)]
mod tests;

/// The smallest deviation, in grey levels, that a pixel is divided by.
///
/// Pixels at the border are dark in nearly all images. Divided by their tiny deviation, the few
/// that are not dark would outshine the rest of their image; divided by none, which is the case
/// of a pixel that never changes, they would not be numbers.
const LEAST_DEVIATION: f32 = 1.0;

/// Shifts and scales each pixel to mean 0 and deviation 1 over the rows it was fitted to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Standardiser {
    /// The mean of each pixel.
    mean: Array1<f32>,
    /// What each pixel is divided by: its standard deviation, at least [`LEAST_DEVIATION`].
    scale: Array1<f32>,
}

impl Standardiser {
    /// Measures the mean and the standard deviation (of the population) of each pixel.
    ///
    /// Without rows, the mean is taken to be 0.
    pub(crate) fn fit(digits: &Digits) -> Self {
        let (mean, scale) = digits
            .images
            .axis_iter(Axis(1))
            .map(|pixel| {
                let mean = mean(pixel, f64::from);
                let variance = self::mean(pixel, |value| (f64::from(value) - mean).powi(2));
                (mean as f32, (variance.sqrt() as f32).max(LEAST_DEVIATION))
            })
            .unzip::<_, _, Vec<_>, Vec<_>>();
        Self {
            mean: mean.into(),
            scale: scale.into(),
        }
    }

    /// Returns the digits with their images scaled.
    ///
    /// # Panics
    ///
    /// If the images have another number of pixels than those it was fitted to.
    pub(crate) fn apply(&self, digits: &Digits) -> Digits {
        Digits {
            images: (&digits.images - &self.mean) / &self.scale,
            labels: digits.labels.clone(),
        }
    }
}

/// Scales both parts by what is measured on the training part.
pub(crate) fn standardise(split: &Split) -> Split {
    let standardiser = Standardiser::fit(&split.train);
    Split {
        train: standardiser.apply(&split.train),
        test: standardiser.apply(&split.test),
    }
}

/// Averages `f` over `values`, in order and in double precision; 0 for no values.
fn mean(values: ArrayView1<'_, f32>, f: impl Fn(f32) -> f64) -> f64 {
    values.iter().map(|&value| f(value)).sum::<f64>() / values.len().max(1) as f64
}
