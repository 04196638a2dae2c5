//! What a run is about: the workspace, what is selected of it, and how it is run.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::configuration;
use super::coverage::Instrumentation;
use super::error::FrontError;
use super::files::Files;
use super::listing::ListedCase;
use super::options::Options;
use super::profiles;
use super::selection::Selection;
use super::settings::Tests;
use super::terminal;
use super::workspace::{Package, Workspace};
use crate::sidecar::RECORDS_DIR_VARIABLE;
use crate::time_limit::TIMEOUT_MS_VARIABLE;

/// Names the profiles that are active in a program, separated by commas.
const PROFILES_VARIABLE: &str = "THINKING_PROFILES";

/// What a run is about.
pub(super) struct Plan<'a> {
    pub(super) options: &'a Options,
    /// Those of `tests.toml`, with what the command line says instead.
    pub(super) settings: Tests,
    pub(super) workspace: Workspace,
    pub(super) files: Files,
    pub(super) selection: Selection,
    /// What measures which lines the cases reach, if that is to be measured.
    pub(super) coverage: Option<Instrumentation>,
}

impl<'a> Plan<'a> {
    /// Reads the workspace and its `tests.toml`, and makes the directories of the run.
    pub(super) fn new(options: &'a Options) -> Result<Self, FrontError> {
        let workspace = Workspace::read(&options.dir)?;
        let settings = options.over(Tests::load(&workspace.root, &options.profiles)?);
        for profile in &settings.profiles {
            if let Some(meant) = profiles::meant(&workspace, profile) {
                terminal::note(&format!(
                    "no file mentions the profile `{profile}`; did you mean `{meant}`?"
                ));
            }
        }
        for unread in workspace.packages.iter().filter_map(|package| unread(&workspace, package)) {
            terminal::note(&format!(
                "`{}` is not read: the settings of all tests are in the workspace's directory, \
                 `{}`",
                unread.display(),
                workspace.root.display()
            ));
        }
        let files = Files::prepare(&workspace)?;
        let selection = Selection::new(options, &files)?;
        let coverage = Instrumentation::prepare(&settings.coverage, &workspace, &files)?;
        Ok(Self { options, settings, workspace, files, selection, coverage })
    }

    /// Returns the variables for the processes that run cases.
    pub(super) fn environment(&self) -> Vec<(&'static str, OsString)> {
        let mut variables =
            vec![(RECORDS_DIR_VARIABLE, self.files.records.clone().into_os_string())];
        let given = env::var_os(PROFILES_VARIABLE).filter(|given| !given.is_empty());
        let profiles = self.settings.profiles.iter().map(OsString::from);
        let profiles: Vec<OsString> = given.into_iter().chain(profiles).collect();
        if !profiles.is_empty() {
            variables.push((PROFILES_VARIABLE, profiles.join(",".as_ref())));
        }
        if let Some(timeout) = self.settings.timeout {
            variables.push((TIMEOUT_MS_VARIABLE, timeout.as_millis().max(1).to_string().into()));
        }
        variables
    }

    /// Makes a cargo command build what is to be measured, if anything is.
    pub(super) fn instrument(&self, command: &mut Command) {
        if let Some(coverage) = &self.coverage {
            command.args(coverage.build_flags());
            coverage.observe(command, None);
        }
    }

    /// Says where a test binary and its children leave what is measured, if anything is: for one
    /// case, a suite and a case, or for no single one.
    pub(super) fn observe(&self, command: &mut Command, case: Option<(&str, &str)>) {
        if let Some(coverage) = &self.coverage {
            coverage.observe(command, case);
        }
    }

    /// Tells whether only some of the cases are asked for.
    pub(super) fn is_partial(&self) -> bool {
        let Selection { subtree, tags, shard, failed } = &self.selection;
        let chosen = subtree.is_some() || tags.is_some() || shard.is_some() || failed.is_some();
        chosen || !self.options.packages.is_empty() || self.has_arguments()
    }

    /// Returns how often `case` is tried again after a failure.
    pub(super) fn retries(&self, case: &ListedCase) -> u32 {
        let own = case.known.as_ref().and_then(|known| known.retries);
        own.or(self.settings.retries).unwrap_or(0)
    }

    /// Returns how long `case` may take.
    pub(super) fn timeout(&self, case: &ListedCase) -> Option<Duration> {
        let own = case.known.as_ref().and_then(|known| known.timeout_ms).map(Duration::from_millis);
        own.or(self.settings.timeout)
    }

    /// Tells whether the user chose among the cases with arguments for the backend, so that it is
    /// not known here which of them run.
    pub(super) fn has_arguments(&self) -> bool {
        !self.options.backend_arguments.is_empty()
    }
}

/// Returns the settings that a member has beside its manifest, where nobody reads them.
fn unread(workspace: &Workspace, package: &Package) -> Option<PathBuf> {
    let file = package.dir.join(configuration::FILE);
    (package.dir != workspace.root && file.is_file()).then_some(file)
}
