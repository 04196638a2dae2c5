//! What a run reached of the source, as a value.

use serde::Serialize;

/// Tells which lines of the workspace the cases of a run reached.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct CoverageReport {
    /// The least part of lines that the run has to reach, in percent, if there is one.
    pub fail_under: Option<f64>,
    /// All files together.
    pub totals: CoverageCounts,
    /// The files, by path.
    pub files: Vec<FileCoverage>,
}

impl CoverageReport {
    /// Tells whether less was reached than has to be.
    ///
    /// ```
    /// use thinking_tests::report::{CoverageReport, Reached};
    ///
    /// let mut report = CoverageReport::default();
    /// report.totals.lines = Reached { covered: 79, total: 100 };
    /// assert!(!report.is_too_low());
    /// report.fail_under = Some(79.5);
    /// assert!(report.is_too_low());
    /// ```
    pub fn is_too_low(&self) -> bool {
        self.fail_under.is_some_and(|least| self.totals.lines.percent() < least)
    }
}

/// What there is and what was reached of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct CoverageCounts {
    /// Lines with code.
    pub lines: Reached,
    /// Functions, each instance of a generic one apart.
    pub functions: Reached,
    /// Regions: parts of lines that run together.
    pub regions: Reached,
    /// Branches, where the compiler counts them.
    pub branches: Option<Reached>,
}

/// A number of things and how many of them were reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Reached {
    /// How many were reached.
    pub covered: u64,
    /// How many there are.
    pub total: u64,
}

impl Reached {
    /// Returns the part that was reached, in percent; all of nothing is 100.
    pub fn percent(self) -> f64 {
        match self.total {
            0 => 100.0,
            total => 100.0 * self.covered as f64 / total as f64,
        }
    }
}

/// Tells about one source file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct FileCoverage {
    /// Its path, relative to the workspace's root.
    pub path: String,
    /// Its text, if it could be read.
    pub source: Option<String>,
    /// What was reached of it.
    pub counts: CoverageCounts,
    /// How often each line with code was reached, by number from 1.
    pub lines: Vec<(u32, u64)>,
    /// Which case reached which lines, if that was found out.
    pub cases: Vec<CaseCoverage>,
}

/// Tells which lines of a file one case reached.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CaseCoverage {
    /// The suite's name.
    pub suite: String,
    /// The case's name.
    pub case: String,
    /// The lines, as ranges with both ends, in order.
    pub lines: Vec<(u32, u32)>,
}
