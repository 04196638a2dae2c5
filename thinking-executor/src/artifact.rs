//! Artifacts: values too large for the store, kept as files named by their content.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::StoreError;

mod access;
mod codec;
mod map;
mod reader;
mod writer;

#[cfg(feature = "npy")]
pub use codec::Npy;
pub use codec::{Bytes, Codec, Csv, Json, Text};
pub use map::ArtifactMap;
pub use reader::ArtifactReader;
pub use writer::ArtifactWriter;

/// How much of an artifact is in memory while it is written or read.
const BUFFER_BYTES: usize = 64 << 10;

/// A file in the store, named by the hash of its content.
///
/// A step makes one with [`Tx::write`](crate::Tx::write) or [`Tx::artifact`](crate::Tx::artifact)
/// and returns it or keeps it in a table; whoever has it reads it through
/// [`Stage::read`](crate::Stage::read) or [`Tx::read`](crate::Tx::read). As an argument of a step
/// it stands for its content: with another content the step runs again.
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
        let mut reader = ArtifactReader::open(directory, self)?;
        let exported = target.join(&self.name);
        let failed = |source| io_error(&exported, source);
        std::fs::create_dir_all(target).map_err(failed)?;
        let mut temporary = tempfile::Builder::new().tempfile_in(target).map_err(failed)?;
        loop {
            let bytes = reader.chunk()?;
            if bytes.is_empty() {
                break;
            }
            temporary.write_all(bytes).map_err(failed)?;
            let taken = bytes.len();
            reader.take(taken);
        }
        readable_by_others(temporary.as_file()).map_err(failed)?;
        temporary.persist(&exported).map_err(|error| failed(error.error))?;
        Ok(exported)
    }

    /// Reads the artifact's value, checked against its hash.
    pub(crate) fn read<T>(&self, directory: &Path, codec: &impl Codec<T>) -> Result<T, StoreError> {
        let mut reader = ArtifactReader::open(directory, self)?;
        let value = codec.read(&mut reader);
        // A codec may stop before the end, and whatever it complains of may come from damage.
        reader.finish()?;
        value.map_err(|source| StoreError::ArtifactValue {
            name: self.name.clone(),
            expected: std::any::type_name::<T>(),
            source,
        })
    }

    fn damaged(&self, file: &Path) -> StoreError {
        StoreError::DamagedArtifact { name: self.name.clone(), path: file.to_owned() }
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

#[cfg(test)]
mod tests;
