//! What a caller asks of a test run.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::FrontError;
use super::nextest::{self, Version};
use super::settings::{Coverage, Tests};
use super::shard::Shard;
use super::subtree::Subtree;
use super::tags::TagFilter;
use super::terminal;
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
    /// Only cases with these tags.
    pub tags: Option<TagFilter>,
    /// Only this part of the cases.
    pub shard: Option<Shard>,
    /// Only cases that failed and have not passed since.
    pub failed: bool,
    /// What runs the cases, instead of what `tests.toml` says.
    pub backend: Option<Backend>,
    /// Profiles that are active in tests, besides `test` and those of `tests.toml`. They count for
    /// `tests.toml` itself, too.
    pub profiles: Vec<String>,
    /// How often a case is tried again, instead of what `tests.toml` says.
    pub retries: Option<u32>,
    /// How long a case may take, instead of what `tests.toml` says.
    pub timeout: Option<Duration>,
    /// How many cases run at a time, instead of what `tests.toml` says.
    pub jobs: Option<usize>,
    /// Whether no further case begins after the first failure, instead of what `tests.toml` says.
    pub fail_fast: Option<bool>,
    /// Whether it is measured which lines the cases reach, instead of what `tests.toml` says.
    pub coverage: Option<bool>,
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

    /// Returns `settings` with what these options say instead.
    pub(super) fn over(&self, settings: Tests) -> Tests {
        let mut profiles = settings.profiles;
        profiles.extend(self.profiles.iter().cloned());
        Tests {
            backend: self.backend.unwrap_or(settings.backend),
            profiles,
            retries: self.retries.or(settings.retries),
            timeout: self.timeout.or(settings.timeout),
            jobs: self.jobs.or(settings.jobs),
            fail_fast: self.fail_fast.unwrap_or(settings.fail_fast),
            coverage: Coverage {
                enabled: self.coverage.or(settings.coverage.enabled),
                ..settings.coverage
            },
            ..settings
        }
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
    ///
    /// # Errors
    ///
    /// It was asked for by name, and is not there or too old.
    pub(super) fn resolve(self, workspace: &Workspace) -> Result<Option<Version>, FrontError> {
        let installed = || Version::installed(workspace);
        match self {
            Self::Libtest => Ok(None),
            Self::Auto => Ok(installed().filter(|version| {
                if !version.is_new_enough() {
                    let oldest = nextest::oldest();
                    terminal::note(&format!(
                        "cargo-nextest {version} is older than {oldest}; libtest runs the tests"
                    ));
                }
                version.is_new_enough()
            })),
            Self::Nextest => match installed() {
                None => Err(FrontError::NextestMissing),
                Some(version) if version.is_new_enough() => Ok(Some(version)),
                Some(version) => Err(FrontError::NextestTooOld {
                    found: version.to_string(),
                    oldest: nextest::oldest(),
                }),
            },
        }
    }
}
