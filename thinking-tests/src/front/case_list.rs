//! What would run, as a value and as text.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::doctests::ListedDoctest;
use super::listing::ListedSuite;
use crate::report::{Location, SuiteKind};

/// The cases that a run would be about, in the order of reports.
///
/// Displays as a line per case: suite and name, tags, and place. Serialises as tools read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CaseList {
    /// The cases.
    pub cases: Vec<ListedCase>,
}

/// A case that would run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ListedCase {
    /// The suite's name, as in [`SuiteReport`](crate::report::SuiteReport).
    pub suite: String,
    /// What kind of suite that is.
    pub kind: SuiteKind,
    /// The case's name within the suite.
    pub name: String,
    /// Whether it would only be reported, as `#[ignore]` says.
    pub ignored: bool,
    /// What it is about, as it says itself.
    pub tags: Vec<String>,
    /// Where it is written, if known.
    pub location: Option<Location>,
    /// How long it may take, if it says so itself.
    #[serde(rename = "timeout_ms", serialize_with = "optional_millis")]
    pub timeout: Option<Duration>,
    /// How often it is tried again, if it says so itself.
    pub retries: Option<u32>,
    /// What it has to itself while it runs.
    pub exclusive: Vec<String>,
}

impl CaseList {
    pub(super) fn new(suites: &[ListedSuite], doctests: &[ListedDoctest]) -> Self {
        let cases = suites.iter().flat_map(|suite| {
            suite.selected().map(|case| {
                let known = case.known.as_ref();
                ListedCase {
                    suite: suite.name.clone(),
                    kind: suite.kind,
                    name: case.name.clone(),
                    ignored: case.ignored,
                    tags: case.tags().to_vec(),
                    location: known
                        .map(|known| Location { file: known.file.clone(), line: known.line }),
                    timeout: known.and_then(|known| known.timeout_ms).map(Duration::from_millis),
                    retries: known.and_then(|known| known.retries),
                    exclusive: known.map(|known| known.exclusive.clone()).unwrap_or_default(),
                }
            })
        });
        let doctests = doctests.iter().map(|doctest| ListedCase {
            suite: doctest.suite.clone(),
            kind: SuiteKind::Doctest,
            name: doctest.name.clone(),
            ignored: false,
            tags: Vec::new(),
            location: doctest.line.map(|line| Location { file: doctest.file.clone(), line }),
            timeout: None,
            retries: None,
            exclusive: Vec::new(),
        });
        Self { cases: cases.chain(doctests).collect() }
    }

    /// Returns the cases as a tree: suites, modules, cases.
    pub fn tree(&self) -> String {
        let mut text = String::new();
        let mut above: Vec<&str> = Vec::new();
        for case in &self.cases {
            // A doctest's name has its line behind a blank.
            let (path, line) = case.name.split_once(' ').unwrap_or((&case.name, ""));
            let last = if line.is_empty() { String::new() } else { format!(" {line}") };
            let mut path: Vec<&str> =
                std::iter::once(case.suite.as_str()).chain(path.split("::")).collect();
            let shared = path.iter().zip(&above).take_while(|(a, b)| a == b).count();
            // The last segment is a case of its own, whatever stands before it.
            let shared = shared.min(path.len() - 1);
            for (depth, segment) in path.iter().enumerate().skip(shared) {
                let end = match depth + 1 == path.len() {
                    true => format!("{last}{}", Remarks(case)),
                    false => String::new(),
                };
                text.push_str(&format!("{:indent$}{segment}{end}\n", "", indent = depth * 2));
            }
            path.pop();
            above = path;
        }
        text
    }
}

impl fmt::Display for CaseList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in &self.cases {
            writeln!(f, "{} {}{}", case.suite, case.name, Remarks(case))?;
        }
        Ok(())
    }
}

/// What stands behind a case's name.
struct Remarks<'a>(&'a ListedCase);

impl fmt::Display for Remarks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(case) = self;
        if !case.tags.is_empty() {
            write!(f, " [{}]", case.tags.join(", "))?;
        }
        if case.ignored {
            f.write_str(" (ignored)")?;
        }
        match &case.location {
            Some(location) => write!(f, " {location}"),
            None => Ok(()),
        }
    }
}

fn optional_millis<S: serde::Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    duration
        .map(|duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
        .serialize(serializer)
}

#[cfg(test)]
mod tests;
