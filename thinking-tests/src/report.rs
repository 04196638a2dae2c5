//! The reports: what a test run found, as a value, and its renderings.
//!
//! Everything here is pure: a [`RunReport`] goes in, text comes out.

mod html;
mod junit;
mod model;
mod sanitize;

pub use html::{HtmlError, html};
pub use junit::{JunitError, junit};
pub use model::{
    AttemptReport, CaseReport, Counts, Location, Outcome, RunReport, SuiteKind, SuiteReport,
};
pub use sanitize::{one_line, plain, xml};
