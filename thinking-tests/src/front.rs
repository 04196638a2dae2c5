//! The runner behind `cargo xtask test`, as a library.
//!
//! It drives the backends people have: cargo-nextest where it is installed, libtest otherwise,
//! and rustdoc's doctests in both cases. What they say becomes one [`RunReport`].

mod annotations;
mod command;
mod doctests;
mod error;
pub mod exit;
mod files;
pub mod history;
mod junit_files;
mod knowledge;
mod libtest;
mod nextest;
mod options;
mod panic_text;
mod settings;
mod subtree;
mod terminal;
mod transcript;
mod workspace;

use std::time::{Instant, SystemTime};

pub use error::FrontError;
pub use options::{Backend, Options};
pub use settings::{Coverage, History, Html, Junit, Tests};
pub use subtree::{Subtree, SubtreeError};

use crate::report::{Dialect, RunReport};
use files::Files;
use workspace::Workspace;

/// Runs the cases that `options` ask for, writes the reports, and prints what happens.
///
/// The backend's output is shown as it comes; a summary follows with the failures, the paths of
/// the reports, and `N passed, N failed, N skipped` alone on the last line, with `, N flaky` if cases
/// passed that had failed before. Failed cases are not
/// an error of this function: ask [`RunReport::counts`], or [`exit::code`] for the exit code.
///
/// # Errors
///
/// - [`FrontError::Build`] if something did not compile; cargo has said what.
/// - [`FrontError::NothingMatched`] and [`FrontError::NoCases`] if there was nothing to run.
/// - Others if cargo, a backend or the disk fails. Reports of earlier runs are then still there.
pub fn run(options: &Options) -> Result<RunReport, FrontError> {
    let started = SystemTime::now();
    let clock = Instant::now();
    let workspace = Workspace::read(&options.dir)?;
    let files = Files::prepare(&workspace)?;

    let found = match options.backend.resolve(&workspace) {
        Some(version) => nextest::run(options, &workspace, &files, version)?,
        None => libtest::run(options, &workspace, &files)?,
    };
    let doctests = doctests::run(options, &workspace)?;

    let mut run = RunReport::new(workspace.title(), found.backend, started);
    run.subtree = options.subtree.as_ref().map(Subtree::to_string);
    run.suites = found.suites;
    run.suites.extend(doctests);
    run.suites.retain(|suite| !suite.cases.is_empty());
    run.duration = clock.elapsed();
    if run.suites.is_empty() {
        return Err(match &options.subtree {
            Some(subtree) => FrontError::NothingMatched {
                subtree: subtree.clone(),
                known: known_names(&workspace, &found.modules),
            },
            None => FrontError::NoCases,
        });
    }

    let partial = options.subtree.is_some() || !options.packages.is_empty();
    history::record(&files.history, History::default().keep, partial, &mut run);
    files.write_reports(&run)?;
    annotations::show(&run, &workspace.root, &files.junit, Dialect::default());
    terminal::summary(&run, &files);
    Ok(run)
}

/// What a backend found, before the doctests are added.
struct Found {
    /// The backend's name and version.
    backend: String,
    suites: Vec<crate::report::SuiteReport>,
    /// The modules at the root of a crate that hold cases, also those that were not selected.
    modules: Vec<String>,
}

/// Lists what a subtree may begin with.
fn known_names(workspace: &Workspace, modules: &[String]) -> Vec<String> {
    let packages = workspace.packages.iter().flat_map(|package| {
        let binaries = package.test_binaries.iter().cloned();
        std::iter::once(package.name.clone()).chain(binaries)
    });
    let mut names: Vec<_> = modules.iter().cloned().chain(packages).collect();
    names.sort();
    names.dedup();
    names
}
