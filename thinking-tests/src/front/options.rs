//! What a caller asks of a test run.

use std::ffi::OsString;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::nextest;
use super::settings::Coverage;
use super::subtree::Subtree;
use super::workspace::Workspace;

/// Says what to run and with what.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A directory inside the workspace.
    pub dir: PathBuf,
    /// Only cases at or below this path; all without it.
    pub subtree: Option<Subtree>,
    /// Only these packages; all of the workspace if empty.
    pub packages: Vec<String>,
    /// What runs the cases.
    pub backend: Backend,
    /// Whether and how it is measured which lines the cases reach.
    pub coverage: Coverage,
    /// Flags for every cargo command that builds: `--release`, `--features`, …
    pub cargo_flags: Vec<OsString>,
    /// Further arguments for the backend: `cargo nextest run`, or each test binary under libtest.
    pub backend_arguments: Vec<OsString>,
}

impl Options {
    /// Returns the flags that choose packages and features.
    pub(super) fn selection_flags(&self) -> Vec<OsString> {
        let mut flags = Vec::new();
        for package in &self.packages {
            flags.extend([OsString::from("--package"), package.into()]);
        }
        if flags.is_empty() {
            flags.push("--workspace".into());
        }
        flags.extend(self.cargo_flags.iter().cloned());
        flags
    }

    /// Tells whether `package` takes part in the run.
    pub(super) fn includes(&self, package: &str) -> bool {
        self.packages.is_empty() || self.packages.iter().any(|name| name == package)
    }
}

/// What runs the cases; doctests are always cargo's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Backend {
    /// cargo-nextest if it is installed, else libtest.
    #[default]
    Auto,
    /// cargo-nextest: a process per case, timeouts, retries.
    Nextest,
    /// The test binaries as they are.
    Libtest,
}

impl Backend {
    /// Returns the version of cargo-nextest if it is to be used.
    pub(super) fn resolve(self, workspace: &Workspace) -> Option<String> {
        match self {
            Self::Libtest => None,
            Self::Auto => nextest::version(workspace),
            // Asked for by name, a missing cargo-nextest should be cargo's error, not ours.
            Self::Nextest => Some(nextest::version(workspace).unwrap_or_default()),
        }
    }
}
