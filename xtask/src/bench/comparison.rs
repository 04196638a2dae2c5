//! A comparison: samples of ours beside samples of another way, and a bound.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::markdown;

/// Measured times of one way to do something; never empty.
#[derive(Debug, Clone)]
pub(crate) struct Samples {
    sorted: Vec<Duration>,
}

impl Samples {
    /// Takes samples in any order; without any, the one sample is zero.
    pub(crate) fn new(mut samples: Vec<Duration>) -> Self {
        if samples.is_empty() {
            samples.push(Duration::ZERO);
        }
        samples.sort_unstable();
        Self { sorted: samples }
    }

    /// Returns the middle sample, or the mean of the middle two.
    pub(crate) fn median(&self) -> Duration {
        let middle = self.sorted.len() / 2;
        if self.sorted.len().is_multiple_of(2) {
            (self.sorted[middle - 1] + self.sorted[middle]) / 2
        } else {
            self.sorted[middle]
        }
    }
}

/// What a bench found.
#[derive(Debug, Clone)]
pub(crate) struct Results {
    pub(crate) comparisons: Vec<Comparison>,
    /// More figures, as Markdown.
    pub(crate) figures: String,
    /// What of the further figures is over its bound.
    pub(crate) short: Vec<String>,
}

impl Results {
    /// Tells whether everything is within its bound, if it has one.
    pub(crate) fn is_ok(&self) -> bool {
        self.short.is_empty() && self.comparisons.iter().all(Comparison::is_ok)
    }
}

impl From<Vec<Comparison>> for Results {
    fn from(comparisons: Vec<Comparison>) -> Self {
        Results { comparisons, figures: String::new(), short: Vec::new() }
    }
}

/// One line of a bench.
#[derive(Debug, Clone)]
pub(crate) struct Comparison {
    /// What is done, in both ways.
    pub(crate) name: String,
    /// Our way.
    pub(crate) ours: Samples,
    /// The other way.
    pub(crate) other: Samples,
    /// What is good enough.
    pub(crate) bound: Option<Bound>,
    /// What the other way is, and whatever else a reader has to know.
    pub(crate) note: String,
}

/// What ours may cost, at the most, by the medians.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// So many times the other.
    Ratio(f64),
    /// So much more than the other.
    Beyond(Duration),
    /// So much, whatever the other costs.
    Within(Duration),
}

impl Comparison {
    /// Measures both ways by turns, so that both see the same state of the machine.
    ///
    /// Each round runs ours and then the other, each once; a first round is not counted.
    pub(crate) fn interleaved(
        name: &str,
        rounds: usize,
        mut ours: impl FnMut() -> Result<()>,
        mut other: impl FnMut() -> Result<()>,
    ) -> Result<Self> {
        let mut samples = (Vec::new(), Vec::new());
        for round in 0..=rounds {
            let times = (timed(&mut ours)?, timed(&mut other)?);
            if round > 0 {
                samples.0.push(times.0);
                samples.1.push(times.1);
            }
        }
        Ok(Self {
            name: name.to_owned(),
            ours: Samples::new(samples.0),
            other: Samples::new(samples.1),
            bound: None,
            note: String::new(),
        })
    }

    /// Returns how often the other's time fits into ours, by the medians.
    pub(crate) fn ratio(&self) -> f64 {
        self.ours.median().as_secs_f64() / self.other.median().as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// Tells whether the ratio is within its bound, if there is one.
    pub(crate) fn is_ok(&self) -> bool {
        self.bound.is_none_or(|bound| match bound {
            Bound::Ratio(ratio) => self.ratio() <= ratio,
            Bound::Beyond(more) => self.ours.median() <= self.other.median() + more,
            Bound::Within(most) => self.ours.median() <= most,
        })
    }
}

/// Renders the comparisons as an aligned Markdown table, medians only.
pub(crate) fn table(comparisons: &[Comparison]) -> String {
    let heads = ["what", "ours", "the other", "ratio", "bound", ""].map(str::to_owned);
    let mut rows = vec![heads.to_vec()];
    rows.extend(comparisons.iter().map(|comparison| {
        vec![
            comparison.name.clone(),
            time(comparison.ours.median()),
            time(comparison.other.median()),
            format!("{:.2}", comparison.ratio()),
            comparison.bound.map_or(String::new(), |bound| match bound {
                Bound::Ratio(ratio) => format!("{ratio:.2}"),
                Bound::Beyond(more) => format!("+{}", time(more)),
                Bound::Within(time_at_most) => time(time_at_most),
            }),
            match (comparison.bound, comparison.is_ok()) {
                (None, _) => String::new(),
                (Some(_), true) => "ok".to_owned(),
                (Some(_), false) => "short".to_owned(),
            },
        ]
    }));
    markdown::table(&rows)
}

/// Writes a duration as people say it.
pub(crate) fn time(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s if s >= 1e-6 => format!("{:.2} µs", s * 1e6),
        s => format!("{:.0} ns", s * 1e9),
    }
}

fn timed(work: &mut impl FnMut() -> Result<()>) -> Result<Duration> {
    let started = Instant::now();
    work()?;
    Ok(started.elapsed())
}

#[cfg(test)]
mod tests;
