//! Artifacts out of the store.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use thiserror::Error;

use super::{View, ViewError};
use crate::artifact::Artifact;
use crate::error::StoreError;
use crate::selector::Place;

/// An artifact of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepArtifact {
    /// The branch on which the step was sought.
    pub branch: String,
    /// The step's path.
    pub path: String,
    /// What it left.
    #[serde(flatten)]
    pub artifact: Artifact,
}

/// Why an artifact is not copied.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// There is a file with other content; it stays.
    #[error("`{}` is there already, with other content", .file.display())]
    Exists {
        /// The file.
        file: PathBuf,
    },
    /// The file that is there cannot be compared.
    #[error("`{}` cannot be read", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The artifact is gone or damaged, or the directory cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl View {
    /// Returns the artifacts of a step, or of all steps below a stage, in order. Costs the records
    /// of the steps.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn artifacts_at(&self, place: &Place) -> Result<Vec<StepArtifact>, ViewError> {
        let mut artifacts = Vec::new();
        for step in self.records_of(place)? {
            let (_, step) = step?;
            artifacts.extend(step.artifacts.into_iter().map(|artifact| StepArtifact {
                branch: place.branch.clone(),
                path: step.path.as_str().to_owned(),
                artifact,
            }));
        }
        Ok(artifacts)
    }

    /// Copies an artifact under its own name into a directory, which is made if it is not there,
    /// and checks it against its hash. Returns the file. Nothing happens to one that is there with
    /// the same content; one with other content is replaced only if `replace` says so, and then
    /// at once, never half.
    ///
    /// # Errors
    ///
    /// [`ExportError::Exists`], or the artifact is gone or damaged, or the directory cannot be
    /// written. A file that was there is as before.
    pub fn export(
        &self,
        artifact: &Artifact,
        directory: &Path,
        replace: bool,
    ) -> Result<PathBuf, ExportError> {
        let file = directory.join(&artifact.name);
        match hash(&file) {
            Ok(hash) if hash == artifact.hash => return Ok(file),
            Ok(_) if !replace => return Err(ExportError::Exists { file }),
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(ExportError::Unreadable { file, source });
            }
            _ => {}
        }
        Ok(artifact.export(&self.artifacts(), directory)?)
    }
}

fn hash(file: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut std::fs::File::open(file)?, &mut hasher)?;
    Ok(hasher.finalize().to_hex().to_string())
}
