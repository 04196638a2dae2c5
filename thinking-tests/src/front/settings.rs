//! The facet of `tests.toml`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thinking_runtime::{Facet, RootPath};

use super::options::Backend;
use crate::report::Dialect;

/// How tests are run and what their reports contain; the facet of `tests.toml`.
///
/// Relative paths start at the workspace's root. Flags of the command line come before it, and what
/// a case says of itself before both.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Facet)]
#[facet(name = "tests", crate = thinking_runtime)]
#[serde(default)]
pub struct Tests {
    /// What runs the cases.
    #[facet(auxiliary, default = Backend::Auto)]
    pub backend: Backend,
    /// Profiles that are active in tests, besides `test`.
    #[facet(auxiliary)]
    pub profiles: Vec<String>,
    /// How often a case is tried again after a failure, unless it says so itself.
    #[facet(auxiliary, default = 0)]
    pub retries: u32,
    /// How long a case may take, unless it says so itself; without end if unset.
    #[facet(auxiliary)]
    pub timeout: Option<Duration>,
    /// How many cases run at a time; as many as there are processors if unset.
    #[facet(auxiliary)]
    pub jobs: Option<usize>,
    /// Whether no further case begins after the first failure.
    #[facet(auxiliary, default = false)]
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

/// The report for other programs: JUnit XML.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, expecting = "a table such as `[junit]` with `enabled = false`")]
pub struct Junit {
    /// Whether it is written.
    pub enabled: bool,
    /// Where. The dialect `surefire` has a directory: that of this name, without `.xml`.
    pub path: RootPath,
    /// For which readers.
    pub dialect: Dialect,
}

impl Default for Junit {
    fn default() -> Self {
        let path = RootPath::new("target/thinking/junit.xml");
        Self { enabled: true, path, dialect: Dialect::default() }
    }
}

/// The report for people: one HTML page.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, expecting = "a table such as `[html]` with `enabled = false`")]
pub struct Html {
    /// Whether it is written.
    pub enabled: bool,
    /// Where.
    pub path: RootPath,
}

impl Default for Html {
    fn default() -> Self {
        Self { enabled: true, path: RootPath::new("target/thinking/report.html") }
    }
}

/// Which lines the cases reach, found by the compiler's own instrumentation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, expecting = "a table such as `[coverage]` with `enabled = false`")]
pub struct Coverage {
    /// Whether it is measured. If unset it is where the tools for it are installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Where its files are written.
    pub directory: RootPath,
    /// The least part of lines that has to be reached, in percent; below it the run fails.
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
    /// Files that do not count, as globs relative to the workspace's root.
    pub exclude: Vec<String>,
}

impl Default for Coverage {
    fn default() -> Self {
        Self {
            enabled: None,
            directory: RootPath::new("target/thinking/coverage"),
            fail_under: None,
            cases: true,
            lcov: true,
            html: true,
            json: true,
            exclude: Vec::new(),
        }
    }
}

/// What earlier runs found, for the trend in the page.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, expecting = "a table such as `[history]` with `enabled = false`")]
pub struct History {
    /// Whether it is kept.
    pub enabled: bool,
    /// Where: one line per run.
    pub path: RootPath,
    /// How many runs are kept.
    pub keep: usize,
}

impl Default for History {
    fn default() -> Self {
        Self { enabled: true, path: RootPath::new("target/thinking/history.jsonl"), keep: 200 }
    }
}
