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
pub(super) const FILE: &str = "tests.toml";

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

#[cfg(test)]
mod tests {
    //! Files in a workspace of their own.

    use std::fs;

    use super::*;

    fn workspace() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let manifest = "[workspace]\n[package]\nname = \"a\"\nedition = \"2024\"\n";
        fs::write(dir.path().join("Cargo.toml"), manifest).unwrap();
        fs::create_dir(dir.path().join("src")).unwrap();
        fs::write(dir.path().join("src/lib.rs"), "").unwrap();
        dir
    }

    #[test]
    fn a_file_to_begin_with_is_written_once() {
        let dir = workspace();
        let path = init(&dir.path().join("src")).unwrap();
        assert_eq!(path.file_name().unwrap(), FILE);
        assert_eq!(fs::read_to_string(&path).unwrap(), template());
        fs::write(&path, "retries = 1\n").unwrap();
        let error = init(dir.path()).unwrap_err();
        assert!(matches!(error, FrontError::SettingsExist(_)), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "retries = 1\n");
    }

    #[test]
    fn values_are_shown_with_their_sources() {
        let dir = workspace();
        let text = "retries = 1\n[profile.ci]\nretries = 3\n";
        fs::write(dir.path().join(FILE), text).unwrap();
        for (profiles, value, origin) in
            [(&[][..], "1", "tests.toml:1"), (&["ci".to_owned()], "3", "tests.toml:3")]
        {
            let report = config(dir.path(), profiles).unwrap();
            let retries = report.keys.iter().find(|key| key.key == "retries").unwrap();
            assert_eq!(retries.value.as_ref().unwrap().to_string(), value);
            assert_eq!(retries.origin.as_ref().unwrap().to_string(), origin);
        }
    }

    #[test]
    fn the_schema_knows_every_key() {
        let schema = schema();
        for key in ["backend", "timeout", "junit", "coverage", "profile"] {
            assert!(schema["properties"][key].is_object(), "{key}");
        }
    }
}
