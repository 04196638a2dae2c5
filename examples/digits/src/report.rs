//! What is told about a finished experiment, and to whom it is told.

use thinking::prelude::*;
use thiserror::Error;

use crate::evaluation::Evaluation;
use crate::training::EpochMetrics;

mod markdown;
mod plot;
#[cfg(test)]
mod tests;

/// Holds all figures of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    /// The settings that led here, in the order in which they are shown.
    pub(crate) settings: Vec<Setting>,
    /// The number of rows that the network learned from.
    pub(crate) train_rows: usize,
    /// How the training went, by epoch.
    pub(crate) epochs: Vec<EpochMetrics>,
    /// How the final network does on the test rows.
    pub(crate) evaluation: Evaluation,
}

/// One setting as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Setting {
    /// Its full name, such as `training.epochs`.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: String,
}

impl Setting {
    /// Shows `value` as it prints.
    pub(crate) fn new(name: impl Into<String>, value: impl ToString) -> Self {
        Self { name: name.into(), value: value.to_string() }
    }
}

/// One file of a report, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReportFile {
    /// The file's name, without a directory.
    pub(crate) name: String,
    /// The file's content.
    pub(crate) bytes: Vec<u8>,
}

/// Turns a report into files.
#[interface]
pub(crate) trait ReportWriter: Send + Sync {
    /// Renders `report`; the same report gives the same bytes, whenever and wherever.
    ///
    /// Files may refer to each other by name, so they belong in one directory.
    ///
    /// # Errors
    ///
    /// [`ReportError::Plot`] if the plot cannot be drawn.
    fn write(&self, report: &Report) -> Result<Vec<ReportFile>, ReportError>;
}

/// Why a report could not be rendered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum ReportError {
    /// The drawing library failed.
    #[error("the plot of {epochs} epochs cannot be drawn")]
    Plot { epochs: usize, source: Box<dyn std::error::Error + Send + Sync> },
}

/// Shows a share from 0 to 1 in percent, rounded to a tenth.
///
/// 100.0 % means all: a single mistake is never rounded away.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    let shown = if percent < 100.0 { percent.min(99.9) } else { percent };
    format!("{shown:.1} %")
}
