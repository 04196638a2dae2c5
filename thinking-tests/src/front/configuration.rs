//! What there is to know and to write about `tests.toml`.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thinking_runtime::{Facet, FacetReport};

use super::error::FrontError;
use super::files::file_error;
use super::reports;
use super::settings::Tests;
use super::workspace::Workspace;

/// The facet's file at the root of a workspace.
const FILE: &str = "tests.toml";

/// Returns each value of the facet `tests` in the workspace around `dir` and where it comes from:
/// the default, the file, a table or file of one of `profiles`, a variable.
///
/// # Errors
///
/// [`FrontError::Settings`] with its mistakes; others if cargo does not know the workspace.
pub fn config(dir: &Path, profiles: &[String]) -> Result<FacetReport, FrontError> {
    Tests::report(&Workspace::read(dir)?.root, profiles)
}

/// Where a workspace is, and what a run of its tests leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Places {
    /// The workspace's root.
    pub root: PathBuf,
    /// What cargo builds is there.
    pub target_dir: PathBuf,
    /// The HTML page, unless `tests.toml` switches it off.
    pub page: Option<PathBuf>,
}

/// Returns the places of the workspace around `dir`.
///
/// # Errors
///
/// [`FrontError::Settings`] if `tests.toml` has mistakes; others if cargo does not know the
/// workspace.
pub fn places(dir: &Path, profiles: &[String]) -> Result<Places, FrontError> {
    let workspace = Workspace::read(dir)?;
    let settings = Tests::load(&workspace.root, profiles)?;
    let page = reports::page(&workspace, &settings);
    Ok(Places { root: workspace.root, target_dir: workspace.target_dir, page })
}

/// Returns the JSON schema of `tests.toml`, for editors.
pub fn schema() -> serde_json::Value {
    Tests::definition().schema()
}

/// Returns a `tests.toml` in which every key stands in a comment, with what it means and its
/// default.
pub fn template() -> String {
    Tests::definition().template()
}

/// Writes [`template`] into the workspace around `dir`, and returns the file.
///
/// # Errors
///
/// [`FrontError::SettingsExist`] if the file is there already, which is left as it is; others if
/// cargo does not know the workspace, or the file cannot be written.
pub fn init(dir: &Path) -> Result<PathBuf, FrontError> {
    let path = Workspace::read(dir)?.root.join(FILE);
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(template().as_bytes()));
    match written {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(FrontError::SettingsExist(path))
        }
        Err(error) => Err(file_error(&path, error)),
    }
}
