//! Artifacts: values too large for the store, kept as files named by their content.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// A file in the store, named by the hash of its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// The name that the step gave it.
    pub name: String,
    /// The BLAKE3 hash of its content, in hexadecimal.
    pub hash: String,
    /// Its length in bytes.
    pub size: u64,
}

impl Artifact {
    /// Returns the artifact's file below the store's directory of artifacts.
    pub(crate) fn file(&self, directory: &Path) -> PathBuf {
        let shard = self.hash.get(..2).unwrap_or_default();
        directory.join(shard).join(&self.hash)
    }

    /// Copies the artifact to `target/NAME`, checked against its hash, and returns that path.
    ///
    /// A file that is there already is replaced at once, never half.
    pub(crate) fn export(&self, directory: &Path, target: &Path) -> Result<PathBuf, StoreError> {
        let file = self.file(directory);
        let bytes = std::fs::read(&file).map_err(|source| io_error(&file, source))?;
        if blake3::hash(&bytes).to_hex().as_str() != self.hash {
            return Err(StoreError::DamagedArtifact { name: self.name.clone(), path: file });
        }
        let exported = target.join(&self.name);
        let failed = |source| io_error(&exported, source);
        std::fs::create_dir_all(target).map_err(failed)?;
        let mut temporary = tempfile::Builder::new().tempfile_in(target).map_err(failed)?;
        temporary.write_all(&bytes).map_err(failed)?;
        readable_by_others(temporary.as_file()).map_err(failed)?;
        temporary.persist(&exported).map_err(|error| failed(error.error))?;
        Ok(exported)
    }
}

/// Writes an artifact's content; [`ArtifactWriter::finish`] makes it one.
pub struct ArtifactWriter<'a> {
    name: String,
    directory: PathBuf,
    file: tempfile::NamedTempFile,
    hasher: blake3::Hasher,
    size: u64,
    finished: &'a mut Vec<Artifact>,
}

impl<'a> ArtifactWriter<'a> {
    pub(crate) fn new(
        name: &str,
        directory: &Path,
        finished: &'a mut Vec<Artifact>,
    ) -> Result<Self, StoreError> {
        // The name becomes a file's name on export, so it must not lead anywhere else.
        let plain = Path::new(name).file_name().is_some_and(|file| file == name);
        if !plain {
            return Err(StoreError::ArtifactName(name.to_owned()));
        }
        let failed = |source| io_error(directory, source);
        std::fs::create_dir_all(directory).map_err(failed)?;
        let file =
            tempfile::Builder::new().prefix("new-").tempfile_in(directory).map_err(failed)?;
        Ok(ArtifactWriter {
            name: name.to_owned(),
            directory: directory.to_owned(),
            file,
            hasher: blake3::Hasher::new(),
            size: 0,
            finished,
        })
    }

    /// Syncs the content to disk and gives it its place; the step's commit names it.
    ///
    /// Content that is there already is replaced by the same: its file may have been damaged, and
    /// its name may not be on disk yet if an earlier attempt ended before that.
    ///
    /// # Errors
    ///
    /// The file cannot be written; nothing is left of it.
    pub fn finish(self) -> Result<Artifact, StoreError> {
        let hash = self.hasher.finalize().to_hex().to_string();
        let artifact = Artifact { name: self.name, hash, size: self.size };
        let target = artifact.file(&self.directory);
        let failed = |source| io_error(&target, source);
        let shard = target.parent().unwrap_or(&self.directory);
        std::fs::create_dir_all(shard).map_err(failed)?;
        readable_by_others(self.file.as_file()).map_err(failed)?;
        self.file.as_file().sync_all().map_err(failed)?;
        self.file.persist(&target).map_err(|error| failed(error.error))?;
        // The names are on disk only when their directories are.
        for directory in [shard, &self.directory, beside(&self.directory)] {
            File::open(directory).and_then(|d| d.sync_all()).map_err(failed)?;
        }
        self.finished.push(artifact.clone());
        Ok(artifact)
    }
}

impl Write for ArtifactWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Returns the directory that holds a directory.
fn beside(directory: &Path) -> &Path {
    match directory.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Temporary files are private to their owner; results are not.
#[cfg(unix)]
fn readable_by_others(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_others(_file: &File) -> io::Result<()> {
    Ok(())
}

fn io_error(path: &Path, source: io::Error) -> StoreError {
    StoreError::Artifact { path: path.to_owned(), source }
}
