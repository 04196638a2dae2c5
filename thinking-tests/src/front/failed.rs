//! `failed.json`: the cases that failed and have not passed since.
//!
//! Every run rewrites it. What the run did not try stays, what passed goes, and so does what no
//! longer exists.
//!
//! ```json
//! {
//!   "version": 1,
//!   "failed": [
//!     { "suite": "calculator::it", "case": "expression::adds" }
//!   ]
//! }
//! ```
//!
//! A doctest's case is named without its line: `expression::add`.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::FrontError;
use super::files::{file_error, write};
use crate::report::{CaseReport, Outcome, SuiteKind, SuiteReport};

/// The version of the file that is read and written.
const VERSION: u32 = 1;

/// Names a case in a run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct CaseId {
    suite: String,
    case: String,
}

impl CaseId {
    pub(super) fn new(suite: &str, case: &str) -> Self {
        Self { suite: suite.to_owned(), case: case.to_owned() }
    }

    /// Names what a run makes of a fixture whose teardown failed behind the cases that share it.
    pub(super) fn of_fixture(suite: &str, fixture: &str) -> Self {
        Self::new(suite, &format!("fixture {fixture}"))
    }

    pub(super) fn of(suite: &SuiteReport, case: &CaseReport) -> Self {
        let name = match suite.kind {
            SuiteKind::Doctest => without_line(&case.name),
            _ => &case.name,
        };
        Self::new(&suite.name, name)
    }

    /// Tells whether it is no case but a fixture that several of them shared: a function's name holds
    /// no blank.
    pub(super) fn is_of_no_test(&self) -> bool {
        self.case.contains(' ') && !self.suite.ends_with("(doc)")
    }

    pub(super) fn suite(&self) -> &str {
        &self.suite
    }

    pub(super) fn case(&self) -> &str {
        &self.case
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Content {
    version: u32,
    failed: Vec<CaseId>,
}

/// Reads the file; nothing has failed if there is none.
///
/// # Errors
///
/// The file cannot be read, or holds something else than this version writes.
pub(super) fn read(path: &Path) -> Result<BTreeSet<CaseId>, FrontError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
        Err(error) => return Err(file_error(path, error)),
    };
    let broken = |reason: String| FrontError::FailedFile { path: path.to_owned(), reason };
    // The version is looked at first: another one may have another content.
    let value: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
    match value.get("version").and_then(serde_json::Value::as_u64) {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => {
            return Err(broken(format!("its version is {version}, this runner reads {VERSION}")));
        }
        None => return Err(broken("it has no version".to_owned())),
    }
    let content: Content =
        serde_json::from_value(value).map_err(|error| broken(error.to_string()))?;
    Ok(content.failed.into_iter().collect())
}

/// Writes what has failed after a run: the file is replaced as a whole.
///
/// `exists` tells whether there still is a case that this run did not report.
pub(super) fn write_after(
    path: &Path,
    suites: &[SuiteReport],
    exists: impl Fn(&CaseId) -> bool,
) -> Result<(), FrontError> {
    // What cannot be read is forgotten here; whoever asks for it, with `--failed`, is told.
    let before = read(path).unwrap_or_default();
    let content = Content { version: VERSION, failed: after(before, suites, exists) };
    let mut text =
        serde_json::to_vec_pretty(&content).map_err(|error| file_error(path, error.into()))?;
    text.push(b'\n');
    let new = path.with_extension(format!("json.{}", std::process::id()));
    write(&new, &text)?;
    fs::rename(&new, path).map_err(|source| file_error(path, source))
}

fn after(
    before: BTreeSet<CaseId>,
    suites: &[SuiteReport],
    exists: impl Fn(&CaseId) -> bool,
) -> Vec<CaseId> {
    let with = |wanted: &dyn Fn(Outcome) -> bool| -> BTreeSet<CaseId> {
        let cases =
            suites.iter().flat_map(|suite| suite.cases.iter().map(move |case| (suite, case)));
        let cases = cases.filter(|(_, case)| wanted(case.outcome));
        cases.map(|(suite, case)| CaseId::of(suite, case)).collect()
    };
    let failed = with(&Outcome::is_failure);
    let passed = with(&|outcome| outcome == Outcome::Passed);
    let seen = with(&|_| true);
    let still =
        before.into_iter().filter(|id| !passed.contains(id) && (seen.contains(id) || exists(id)));
    // Of several doctests of one item, one may pass and another fail.
    still.chain(failed).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Returns a doctest's name without its line, which changes with every edit above it.
pub(super) fn without_line(name: &str) -> &str {
    name.rsplit_once("(line ").map_or(name, |(item, _)| item.trim_end())
}

#[cfg(test)]
mod tests;
