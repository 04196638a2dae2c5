//! The reports: what a test run found, as a value, and its renderings.
//!
//! Everything here is pure: a [`RunReport`] goes in, text comes out.

mod coverage;
mod history;
mod html;
mod junit;
mod model;
mod sanitize;

pub use coverage::{CaseCoverage, CoverageCounts, CoverageReport, FileCoverage, Reached};
pub(crate) use history::PastLine;
pub use history::PastRun;
pub use html::{HtmlError, html};
pub(crate) use junit::MARK;
pub use junit::{Dialect, JunitError, JunitFile, junit};
pub use model::{
    AttemptReport, CaseReport, Counts, Detail, Location, LogLine, Outcome, RunReport, StageReport,
    SuiteKind, SuiteReport,
};
pub use sanitize::{one_line, plain, xml};
