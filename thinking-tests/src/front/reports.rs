//! The reports of a run on disk, each where and if `tests.toml` says so.

use std::path::{Path, PathBuf};

use thinking_runtime::RootPath;

use super::error::FrontError;
use super::files::{make_dir_of, write as write_file};
use super::junit_files::write_junit;
use super::plan::Plan;
use super::settings::Tests;
use super::workspace::Workspace;
use super::{annotations, history};
use crate::report::{RunReport, html};

/// The directory below the target directory for everything whose path nobody sets.
pub(super) const DIRECTORY: &str = "thinking";

/// Adds `run` to the history, writes its reports, and tells the CI service if there is one; returns
/// what was written, each with its name.
pub(super) fn write(
    plan: &Plan<'_>,
    run: &mut RunReport,
) -> Result<Vec<(&'static str, PathBuf)>, FrontError> {
    let Plan { settings, workspace, .. } = plan;
    let mut written = Vec::new();
    if settings.history.enabled {
        let path = place(workspace, settings.history.path.as_ref(), "history.jsonl");
        history::record(&path, settings.history.keep, plan.is_partial(), run);
    }
    let dialect = settings.junit.dialect;
    let junit = if settings.junit.enabled {
        let path = place(workspace, settings.junit.path.as_ref(), "junit.xml");
        Some(write_junit(&path, dialect, run)?)
    } else {
        None
    };
    annotations::show(run, &workspace.root, junit.as_deref().map(|path| (path, dialect)));
    written.extend(junit.map(|path| ("junit", path)));
    if let Some(page) = page(workspace, settings) {
        make_dir_of(&page)?;
        write_file(&page, html(run)?.as_bytes())?;
        written.push(("report", page));
    }
    if run.coverage.is_some() {
        written.push(("coverage", coverage(workspace, settings)));
    }
    Ok(written)
}

/// Returns where the HTML page is, unless it is switched off.
pub(super) fn page(workspace: &Workspace, settings: &Tests) -> Option<PathBuf> {
    let path = || place(workspace, settings.html.path.as_ref(), "report.html");
    settings.html.enabled.then(path)
}

/// Returns the directory of the files of coverage.
pub(super) fn coverage(workspace: &Workspace, settings: &Tests) -> PathBuf {
    place(workspace, settings.coverage.directory.as_ref(), "coverage")
}

fn place(workspace: &Workspace, given: Option<&RootPath>, name: &str) -> PathBuf {
    match given {
        Some(path) => workspace.root.join(path.written()),
        None => workspace.target_dir.join(Path::new(DIRECTORY)).join(name),
    }
}
