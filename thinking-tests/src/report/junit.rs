//! JUnit XML, for everything that reads test results.
//!
//! Nobody owns that format, so there are three dialects. `document.rs` renders with `junit-report`
//! what all of them share; `pass.rs` reads that as a stream and writes what a dialect has besides.

mod dialect;
mod document;
mod pass;

use std::collections::HashSet;

use thiserror::Error;

use super::model::{RunReport, SuiteReport};
pub use dialect::Dialect;
pub(crate) use dialect::MARK;

/// The longest part of a file's name that a suite's name takes, in bytes.
const FILE_NAME_BYTES: usize = 120;

/// Why no JUnit XML came of a report.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JunitError {
    /// The XML writer failed.
    #[error("the test report cannot be written as JUnit XML")]
    Write(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A file of JUnit XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JunitFile {
    /// Its name, without a directory: `junit.xml`, or `TEST-calculator.it.xml` for one suite.
    pub name: String,
    /// What it holds.
    pub xml: Vec<u8>,
}

/// Renders `run` as JUnit XML: one file, or one per suite for [`Dialect::Surefire`].
///
/// A suite is a test binary, `classname` is crate and module joined by dots, `name` is the case or
/// the row. The result is well-formed whatever the cases printed, and `docs/test-reports.md`
/// describes it.
///
/// # Errors
///
/// [`JunitError::Write`] if the XML writer fails, which it does not do in memory.
///
/// ```
/// use std::time::SystemTime;
/// use thinking_tests::report::{CaseReport, Dialect, Outcome, RunReport, SuiteKind, SuiteReport, junit};
///
/// let mut run = RunReport::new("demo", "libtest", SystemTime::UNIX_EPOCH);
/// let mut suite = SuiteReport::new("calculator::it", "calculator", SuiteKind::Integration);
/// suite.cases.push(CaseReport::new("printer::prints", Outcome::Passed));
/// run.suites.push(suite);
///
/// let files = junit(&run, Dialect::Surefire)?;
/// assert_eq!(files[0].name, "TEST-calculator.it.xml");
/// # Ok::<(), thinking_tests::report::JunitError>(())
/// ```
pub fn junit(run: &RunReport, dialect: Dialect) -> Result<Vec<JunitFile>, JunitError> {
    let all: Vec<_> = run.suites.iter().collect();
    if dialect != Dialect::Surefire {
        return Ok(vec![JunitFile {
            name: "junit.xml".to_owned(),
            xml: render(run, &all, dialect)?,
        }]);
    }
    let mut taken = HashSet::new();
    let files = all.into_iter().map(|suite| {
        let name = file_name(&suite.name, &mut taken);
        Ok(JunitFile { name, xml: render(run, &[suite], dialect)? })
    });
    files.collect()
}

fn render(
    run: &RunReport,
    suites: &[&SuiteReport],
    dialect: Dialect,
) -> Result<Vec<u8>, JunitError> {
    let shared = document::render(run, suites, dialect)
        .map_err(|source| JunitError::Write(Box::new(source)))?;
    pass::complete(&shared, run, suites, dialect)
        .map_err(|source| JunitError::Write(Box::new(source)))
}

/// Names the file of a suite. No two suites get the same one, on file systems that do not tell
/// capitals from other letters either.
fn file_name(suite: &str, taken: &mut HashSet<String>) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    let parts: Vec<_> = suite.split(|c| !is_plain(c)).filter(|part| !part.is_empty()).collect();
    let mut name = parts.join(".");
    name.truncate(FILE_NAME_BYTES);
    let mut file = format!("TEST-{name}.xml");
    let mut number = 2;
    while !taken.insert(file.to_lowercase()) {
        file = format!("TEST-{name}-{number}.xml");
        number += 1;
    }
    file
}

#[cfg(test)]
mod tests;
