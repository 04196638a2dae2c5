//! Reads an artifact as a stream that is checked on its way.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use super::{Artifact, BUFFER_BYTES, io_error};
use crate::error::StoreError;

/// Reads an artifact's content, 64 KiB at a time, and checks it against its hash.
///
/// Whoever got all of it got what was written: the last part is handed out only once the whole
/// content was checked. What comes before it is not checked yet when it is handed out, so nothing
/// that cannot be undone should be done with it; an artifact of up to 64 KiB has no such part.
/// Who does not read to the end calls [`ArtifactReader::finish`] to have the rest checked, or
/// goes without a check.
///
/// It cannot seek, as that would go past the check: map the artifact instead
/// ([`Stage::map`](crate::Stage::map)).
#[derive(Debug)]
pub struct ArtifactReader {
    artifact: Artifact,
    path: PathBuf,
    file: File,
    hasher: blake3::Hasher,
    /// How much of the content is still in the file only.
    left: u64,
    buffer: Vec<u8>,
    /// How much of the buffer was handed out.
    taken: usize,
    check: Check,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    Pending,
    Whole,
    Damaged,
}

impl ArtifactReader {
    pub(crate) fn open(directory: &Path, artifact: &Artifact) -> Result<Self, StoreError> {
        let path = artifact.file(directory);
        let file = File::open(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => {
                StoreError::MissingArtifact { name: artifact.name.clone(), path: path.clone() }
            }
            _ => io_error(&path, source),
        })?;
        let size = file.metadata().map_err(|source| io_error(&path, source))?.len();
        if size != artifact.size {
            return Err(artifact.damaged(&path));
        }
        Ok(ArtifactReader {
            artifact: artifact.clone(),
            path,
            file,
            hasher: blake3::Hasher::new(),
            left: size,
            buffer: Vec::new(),
            taken: 0,
            check: Check::Pending,
        })
    }

    /// Reads what is left, and returns whether the whole content is what was written.
    ///
    /// # Errors
    ///
    /// [`StoreError::DamagedArtifact`], or the file cannot be read.
    pub fn finish(self) -> Result<(), StoreError> {
        self.into_checked_file().map(drop)
    }

    /// Returns the file once all of it was read and checked.
    pub(super) fn into_checked_file(mut self) -> Result<File, StoreError> {
        while self.check != Check::Whole {
            self.fill()?;
        }
        Ok(self.file)
    }

    /// Returns the next part, of any size; an empty one at the end.
    pub(super) fn chunk(&mut self) -> Result<&[u8], StoreError> {
        if self.taken == self.buffer.len() && self.check != Check::Whole {
            self.fill()?;
        }
        Ok(&self.buffer[self.taken..])
    }

    /// Counts `bytes` of the last chunk as handed out.
    pub(super) fn take(&mut self, bytes: usize) {
        self.taken = (self.taken + bytes).min(self.buffer.len());
    }

    /// Reads the next part of the file, whether the one before was handed out or not.
    fn fill(&mut self) -> Result<(), StoreError> {
        self.buffer.clear();
        self.taken = 0;
        let wanted = self.left.min(BUFFER_BYTES as u64);
        let read = (&mut self.file).take(wanted).read_to_end(&mut self.buffer);
        read.map_err(|source| {
            // Half a part must not be handed out before the next attempt.
            self.buffer.clear();
            self.check = Check::Damaged;
            io_error(&self.path, source)
        })?;
        self.hasher.update(&self.buffer);
        self.left -= self.buffer.len() as u64;
        let cut = (self.buffer.len() as u64) < wanted;
        let whole = || self.hasher.finalize().to_hex().as_str() == self.artifact.hash;
        if self.check == Check::Damaged || cut || (self.left == 0 && !whole()) {
            self.check = Check::Damaged;
            self.buffer.clear();
            return Err(self.artifact.damaged(&self.path));
        }
        if self.left == 0 {
            self.check = Check::Whole;
        }
        Ok(())
    }
}

impl Read for ArtifactReader {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(bytes)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for ArtifactReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.chunk().map_err(|error| match error {
            StoreError::Artifact { source, path } => {
                let kind = source.kind();
                io::Error::new(kind, StoreError::Artifact { source, path })
            }
            error => io::Error::new(io::ErrorKind::InvalidData, error),
        })
    }

    fn consume(&mut self, bytes: usize) {
        self.take(bytes);
    }
}
