//! Coverage: which lines of the workspace the cases reach, by the compiler's instrumentation.
//!
//! ```text
//! cargo ── this program as `thinking-rustc` ── rustc -C instrument-coverage   members only
//! cargo-nextest ── this program as `thinking-case` ── test binary             a directory per case
//!                                                       └── N.profraw, also of its children
//! all profiles ── llvm-profdata ── llvm-cov ── lcov.info, summary.json, html/ ┐
//! profiles of a case ── the binaries' own tables ── its lines ────────────────┴── CoverageReport
//! ```
//!
//! The wrapper is part of what cargo tells builds apart by, so the plain build stays as it is and
//! dependencies are compiled once for both. A process that is aborted or killed writes no profile.
//! Code of doctests does not count: only an unstable rustdoc instruments them.

mod cases;
mod export;
mod helper;
mod lcov;
mod mapping;
mod tools;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub use helper::run_as_helper;

use super::error::FrontError;
use super::files::{Files, file_error};
use super::plan::Plan;
use super::reports;
use super::settings::Coverage;
use super::terminal;
use super::workspace::Workspace;
use crate::report::RunReport;
use export::Exporter;
use helper::Helper;
use tools::Tools;

/// Where a process writes its profile, by its number and its binary's hash.
const PROFILE_VARIABLE: &str = "LLVM_PROFILE_FILE";
const PROFILE_NAME: &str = "%p-%m.profraw";

/// What makes a run measure its coverage.
#[derive(Debug)]
pub(super) struct Instrumentation {
    settings: Coverage,
    tools: Tools,
    helper: Helper,
    /// One directory per case, and one for everything else.
    profiles: PathBuf,
    work: PathBuf,
}

impl Instrumentation {
    /// Finds what is needed, or returns `None` if coverage is switched off.
    ///
    /// # Errors
    ///
    /// [`FrontError::LlvmTools`] if the tools are missing although coverage was asked for. If nobody
    /// asked, that is said, and there is none.
    pub(super) fn prepare(
        settings: &Coverage,
        workspace: &Workspace,
        files: &Files,
    ) -> Result<Option<Self>, FrontError> {
        if settings.enabled == Some(false) {
            return Ok(None);
        }
        let tools = match Tools::find(workspace)? {
            Ok(tools) => tools,
            Err(missing) if settings.enabled.is_none() => {
                terminal::note(&format!("no coverage: {missing}"));
                return Ok(None);
            }
            Err(missing) => return Err(FrontError::LlvmTools { missing }),
        };
        let profiles = files.run.join("profiles");
        let work = files.run.join("coverage");
        for dir in [&profiles, &work] {
            fs::create_dir_all(dir).map_err(|source| file_error(dir, source))?;
        }
        let helper = Helper::install(&files.helpers)?;
        Ok(Some(Self { settings: settings.clone(), tools, helper, profiles, work }))
    }

    /// Returns the flags for each cargo command that builds.
    pub(super) fn build_flags(&self) -> Vec<OsString> {
        config("build.rustc-workspace-wrapper", &self.helper.wrapper)
    }

    /// Returns the flags for a `cargo nextest run`, besides those for building.
    pub(super) fn nextest_flags(&self) -> Vec<OsString> {
        config("target.'cfg(all())'.runner", &self.helper.runner)
    }

    /// Says where `command`, a cargo command or a test binary, and its children leave profiles.
    ///
    /// Without a name that is for what belongs to no single case; `case` is a suite and a case.
    pub(super) fn observe(&self, command: &mut Command, case: Option<(&str, &str)>) {
        command.env(helper::PROFILES_VARIABLE, &self.profiles);
        let dir = match case {
            Some((suite, case)) => cases::directory(&self.profiles, suite, case),
            None => self.profiles.join(cases::OTHERS),
        };
        command.env(PROFILE_VARIABLE, dir.join(PROFILE_NAME));
    }

    /// Turns the profiles into files and into the report of `run`; the profiles are removed.
    ///
    /// `binaries` are the executables that were built, tests among them. The threshold is only for a
    /// run that is not partial.
    ///
    /// # Errors
    ///
    /// A tool fails, or the disk. Everything else of the run is as it was.
    pub(super) fn collect(
        &self,
        plan: &Plan<'_>,
        binaries: &BTreeSet<PathBuf>,
        run: &mut RunReport,
    ) -> Result<(), FrontError> {
        let found = cases::find(&self.profiles)?;
        let profiles: Vec<&Path> =
            found.iter().flat_map(|case| &case.files).map(PathBuf::as_path).collect();
        if profiles.is_empty() || binaries.is_empty() {
            terminal::note("no coverage: no process left a profile");
            return Ok(());
        }
        terminal::heading("Coverage");
        let workspace = &plan.workspace;
        let exporter = Exporter {
            tools: &self.tools,
            demangler: &self.helper.demangler,
            workspace,
            settings: &self.settings,
            work: &self.work,
            binaries,
            directory: reports::coverage(workspace, &plan.settings),
        };
        let mut report = exporter.export(&profiles)?;
        if self.settings.cases {
            mapping::add_cases(&mut report, workspace, binaries, &found);
        }
        if plan.is_partial() {
            // Some cases reach some of the source.
            report.fail_under = None;
        }
        run.coverage = Some(report);
        fs::remove_dir_all(&self.profiles).map_err(|source| file_error(&self.profiles, source))
    }
}

/// Returns a cargo flag that sets `key` to a path.
fn config(key: &str, path: &Path) -> Vec<OsString> {
    // A TOML string; JSON's escapes are among TOML's.
    let value = serde_json::Value::from(path.to_string_lossy());
    vec!["--config".into(), format!("{key}={value}").into()]
}
