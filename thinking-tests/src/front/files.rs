//! The files of a run, all below `target/thinking/`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::FrontError;
use super::junit_files::write_junit;
use super::workspace::Workspace;
use crate::report::{Dialect, RunReport, html};

/// Where the files of a run are.
#[derive(Debug)]
pub(super) struct Files {
    /// The report for other programs.
    pub(super) junit: PathBuf,
    /// The report for people.
    pub(super) html: PathBuf,
    /// What earlier runs found.
    pub(super) history: PathBuf,
    /// The generated configuration of cargo-nextest.
    pub(super) nextest_config: PathBuf,
    /// What cargo-nextest reports.
    pub(super) nextest_junit: PathBuf,
    /// See [`MANIFEST_DIR_VARIABLE`](crate::MANIFEST_DIR_VARIABLE).
    pub(super) manifests: PathBuf,
    /// See [`RECORDS_DIR_VARIABLE`](crate::RECORDS_DIR_VARIABLE).
    pub(super) records: PathBuf,
}

impl Files {
    /// Makes the directories, empty; the reports of the last run stay until there are new ones.
    pub(super) fn prepare(workspace: &Workspace) -> Result<Self, FrontError> {
        let dir = workspace.target_dir.join("thinking");
        let run = dir.join("run");
        let files = Self {
            junit: dir.join("junit.xml"),
            html: dir.join("report.html"),
            history: dir.join("history.jsonl"),
            nextest_config: run.join("nextest.toml"),
            nextest_junit: run.join("nextest-junit.xml"),
            manifests: run.join("manifests"),
            records: run.join("records"),
        };
        match fs::remove_dir_all(&run) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(FrontError::File { path: run, source });
            }
            _ => {}
        }
        for path in [&files.manifests, &files.records] {
            fs::create_dir_all(path).map_err(|source| file_error(path, source))?;
        }
        Ok(files)
    }

    /// Renders and writes both reports.
    pub(super) fn write_reports(&self, run: &RunReport) -> Result<(), FrontError> {
        write_junit(&self.junit, Dialect::default(), run)?;
        write(&self.html, html(run)?.as_bytes())
    }
}

/// Writes a file of the run.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), FrontError> {
    fs::write(path, bytes).map_err(|source| file_error(path, source))
}

/// Returns the error for a file of the run.
pub(super) fn file_error(path: &Path, source: io::Error) -> FrontError {
    FrontError::File { path: path.to_owned(), source }
}
