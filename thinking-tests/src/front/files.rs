//! The files of a run, all below `target/thinking/`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::FrontError;
use super::reports::DIRECTORY;
use super::workspace::Workspace;

/// Where the files of a run are.
#[derive(Debug)]
pub(super) struct Files {
    /// What is only needed during the run.
    pub(super) run: PathBuf,
    /// Copies of this program under other names; see [`run_as_helper`](super::run_as_helper).
    pub(super) helpers: PathBuf,
    /// The cases that failed and have not passed since.
    pub(super) failed: PathBuf,
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
        let dir = workspace.target_dir.join(DIRECTORY);
        let run = dir.join("run");
        let files = Self {
            helpers: dir.join("bin"),
            run: run.clone(),
            failed: dir.join("failed.json"),
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
}

/// Makes the directory that a file is to be in.
pub(super) fn make_dir_of(path: &Path) -> Result<(), FrontError> {
    let dir = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(dir).map_err(|source| file_error(dir, source))
}

/// Writes a file of the run.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), FrontError> {
    fs::write(path, bytes).map_err(|source| file_error(path, source))
}

/// Returns the error for a file of the run.
pub(super) fn file_error(path: &Path, source: io::Error) -> FrontError {
    FrontError::File { path: path.to_owned(), source }
}
