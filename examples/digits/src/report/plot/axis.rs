//! The axes: which range they cover and where their ticks are.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

#[cfg(test)]
mod tests;

/// About how many ticks fit.
const TICKS: u32 = 10;

/// How much of the height a legend takes, as a share of the rest.
const LEGEND: f64 = 0.25;

/// Covers a range with ticks on round numbers.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    /// What the axis covers.
    pub(super) range: Range<f64>,
    /// Where it is labelled, with the main lines of the grid.
    pub(super) ticks: Vec<f64>,
    /// Where the fine lines of the grid are.
    pub(super) fine: Vec<f64>,
    /// How a tick is labelled.
    pub(super) label: fn(&f64) -> String,
}

impl Axis {
    /// Covers the epochs from 1 to `last`, with half an epoch of room at both ends.
    pub(super) fn epochs(last: u32) -> Self {
        let last = last.max(1);
        let step = round_step(last);
        // There is no epoch 0, so the ticks are 1 and the multiples of the step.
        let multiples = (step..=last)
            .step_by(step as usize)
            .filter(|&epoch| epoch > 1);
        Self {
            range: 0.5..f64::from(last) + 0.5,
            ticks: [1].into_iter().chain(multiples).map(f64::from).collect(),
            fine: Vec::new(),
            label: |epoch| format!("{epoch:.0}"),
        }
    }

    /// Covers decimal logarithms by whole decades, at least from 0.1 to 1.
    pub(super) fn decades(logarithms: impl Iterator<Item = f64>) -> Self {
        let (lowest, highest) = logarithms.fold((-1.0, 0.0), |(low, high): (f64, f64), x| {
            (low.min(x), high.max(x))
        });
        // The logarithm of a finite number is within ±400.
        let (first, last) = (lowest.floor() as i32, highest.ceil() as i32);
        let step = round_step(last.abs_diff(first));
        let fine = (first..last).flat_map(|decade| {
            (2..10).map(move |digit| f64::from(decade) + f64::from(digit).log10())
        });
        Self {
            range: f64::from(first)..f64::from(last),
            ticks: (first..=last)
                .step_by(step as usize)
                .map(f64::from)
                .collect(),
            fine: fine.collect(),
            label: |&logarithm| {
                if logarithm.abs() > 3.0 {
                    return format!("1e{logarithm:.0}");
                }
                let decimals = (-logarithm).max(0.0) as usize;
                format!("{:.decimals$}", 10f64.powf(logarithm))
            },
        }
    }

    /// Covers shares up to 100 %, down to the multiple of 10 % below the lowest, and leaves room
    /// for the legend beneath.
    pub(super) fn percent(shares: impl Iterator<Item = f64>) -> Self {
        let lowest = (shares.fold(0.9, f64::min) * 10.0).floor().clamp(0.0, 9.0) as u32;
        let step = if lowest < 5 { 10 } else { 5 };
        let ticks = (10 * lowest..=100)
            .step_by(step)
            .map(|percent| f64::from(percent) / 100.0);
        let bottom = f64::from(lowest) / 10.0;
        Self {
            range: bottom - LEGEND * (1.0 - bottom)..1.005,
            ticks: ticks.collect(),
            fine: Vec::new(),
            label: |share| format!("{:.0} %", 100.0 * share),
        }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, pixels: (i32, i32)) -> i32 {
        let share = (value - self.range.start) / (self.range.end - self.range.start);
        pixels.0 + (f64::from(pixels.1 - pixels.0) * share).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() {
            self.fine.clone()
        } else {
            self.ticks.clone()
        }
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        (self.label)(value)
    }
}

/// Returns the smallest of 1, 2, 5, 10, 20 … that divides `length` into at most [`TICKS`] parts.
fn round_step(length: u32) -> u32 {
    let mut decade: u32 = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = decade.saturating_mul(factor);
            if length / step <= TICKS {
                return step;
            }
        }
        decade = decade.saturating_mul(10);
    }
}
