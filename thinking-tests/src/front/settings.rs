//! The facet of `tests.toml`.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thinking_modules::{Mode, main_module};
use thinking_runtime::{Facet, FacetReport, RootPath, Runtime, Section, Violations};

use super::error::FrontError;
use super::options::Backend;
use crate::report::Dialect;

/// How tests are run and what their reports contain; the facet of `tests.toml`.
///
/// Relative paths start at the workspace's root. Flags of the command line come before it, and what
/// a case says of itself before both.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Facet)]
#[facet(name = "tests", crate = thinking_runtime, default, check = check, unregistered)]
#[serde(default)]
pub struct Tests {
    /// What runs the cases.
    #[facet(auxiliary)]
    pub backend: Backend,
    /// Profiles that are active in tests, besides `test`.
    #[facet(auxiliary)]
    pub profiles: Vec<String>,
    /// How often a case is tried again after a failure, unless it says so itself; what
    /// cargo-nextest's own configuration says, or not at all, if unset.
    #[facet(auxiliary)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// How long a case may take, unless it says so itself; without end if unset.
    #[facet(auxiliary)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Duration>,
    /// How many cases run at a time; as many as there are processors if unset.
    #[facet(auxiliary)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobs: Option<usize>,
    /// Whether no further case begins after the first failure.
    #[facet(auxiliary)]
    pub fail_fast: bool,
    /// The report for other programs.
    #[facet(auxiliary)]
    pub junit: Junit,
    /// The report for people.
    #[facet(auxiliary)]
    pub html: Html,
    /// Which lines the cases reach.
    #[facet(auxiliary)]
    pub coverage: Coverage,
    /// What earlier runs found.
    #[facet(auxiliary)]
    pub history: History,
}

impl Tests {
    /// Reads the facet at `root`, with its variables `THINKING_TESTS__…`. The profile `test` and
    /// `profiles` are active.
    ///
    /// # Errors
    ///
    /// [`FrontError::Settings`] with every mistake in this facet. Those of others, as of a program
    /// at the same root, do not matter.
    pub(super) fn load(root: &Path, profiles: &[String]) -> Result<Tests, FrontError> {
        let runtime = runtime(root, profiles);
        let tests = runtime.read_again::<Tests>().map_err(FrontError::Settings)?;
        Ok((**tests).clone())
    }

    /// Returns each value of the facet at `root` and where it comes from.
    pub(super) fn report(root: &Path, profiles: &[String]) -> Result<FacetReport, FrontError> {
        runtime(root, profiles).describe::<Tests>().map_err(FrontError::Settings)
    }
}

fn runtime(root: &Path, profiles: &[String]) -> Runtime {
    // The mistakes that concern the facet are asked for where it is read.
    let (runtime, _) = Runtime::builder(main_module!())
        .mode(Mode::Tests)
        .root(Some(root.to_owned()))
        .profiles(profiles.iter().cloned())
        .load();
    runtime
}

fn check(tests: &Tests, violations: &mut Violations) {
    if tests.timeout.is_some_and(|timeout| timeout.is_zero()) {
        violations.refuse("timeout", "a duration above zero");
    }
    if tests.jobs == Some(0) {
        violations.refuse("jobs", "a number from 1");
    }
    if tests.coverage.fail_under.is_some_and(|percent| !(0.0..=100.0).contains(&percent)) {
        violations.refuse("coverage.fail_under", "a number from 0 to 100");
    }
    let profile = |name: &String| name.is_empty() || name.contains(',');
    if tests.profiles.iter().any(profile) {
        violations.refuse("profiles", "names of profiles");
    }
}

/// The report for other programs: JUnit XML.
#[derive(Debug, Clone, Serialize, Deserialize, Section)]
#[section(crate = thinking_runtime)]
#[serde(default, expecting = "a table such as `[junit]` with `enabled = false`")]
pub struct Junit {
    /// Whether it is written.
    pub enabled: bool,
    /// Where; `thinking/junit.xml` in the target directory if unset. The dialect `surefire` has a
    /// directory: that of this name, without `.xml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<RootPath>,
    /// For which readers.
    pub dialect: Dialect,
}

impl Default for Junit {
    fn default() -> Self {
        Self { enabled: true, path: None, dialect: Dialect::default() }
    }
}

/// The report for people: one HTML page.
#[derive(Debug, Clone, Serialize, Deserialize, Section)]
#[section(crate = thinking_runtime)]
#[serde(default, expecting = "a table such as `[html]` with `enabled = false`")]
pub struct Html {
    /// Whether it is written.
    pub enabled: bool,
    /// Where; `thinking/report.html` in the target directory if unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<RootPath>,
}

impl Default for Html {
    fn default() -> Self {
        Self { enabled: true, path: None }
    }
}

/// Which lines the cases reach, found by the compiler's own instrumentation.
#[derive(Debug, Clone, Serialize, Deserialize, Section)]
#[section(crate = thinking_runtime)]
#[serde(default, expecting = "a table such as `[coverage]` with `enabled = false`")]
pub struct Coverage {
    /// Whether it is measured. If unset it is where the tools for it are installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Where its files are written; `thinking/coverage` in the target directory if unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<RootPath>,
    /// The least part of lines that a run of all cases has to reach, in percent; below it the run
    /// fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail_under: Option<f64>,
    /// Whether it is found out which case reaches which line.
    pub cases: bool,
    /// Whether `lcov.info` is written.
    pub lcov: bool,
    /// Whether `html/` is written.
    pub html: bool,
    /// Whether `summary.json` is written.
    pub json: bool,
    /// Files that do not count, as globs below the workspace's root; by default those of the tests.
    pub exclude: Vec<String>,
}

impl Default for Coverage {
    fn default() -> Self {
        Self {
            enabled: None,
            directory: None,
            fail_under: None,
            cases: true,
            lcov: true,
            html: true,
            json: true,
            exclude: ["**/tests/**", "**/tests.rs", "**/benches/**"].map(String::from).to_vec(),
        }
    }
}

/// What earlier runs found, for the trend in the page.
#[derive(Debug, Clone, Serialize, Deserialize, Section)]
#[section(crate = thinking_runtime)]
#[serde(default, expecting = "a table such as `[history]` with `enabled = false`")]
pub struct History {
    /// Whether it is kept.
    pub enabled: bool,
    /// Where: a line per run; `thinking/history.jsonl` in the target directory if unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<RootPath>,
    /// How many runs are kept.
    pub keep: usize,
}

impl Default for History {
    fn default() -> Self {
        Self { enabled: true, path: None, keep: 200 }
    }
}

#[cfg(test)]
mod tests;
