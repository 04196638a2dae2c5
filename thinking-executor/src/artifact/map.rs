//! An artifact's content as memory.

use std::fmt;
use std::ops::Deref;
use std::path::Path;

use super::{Artifact, ArtifactReader, io_error};
use crate::error::StoreError;

/// The content of an artifact, mapped into memory: the operating system reads what is looked at,
/// and forgets it when memory is short.
///
/// All of it was read and checked once before it was mapped. The file of an artifact is never
/// changed after it got its name, only replaced or removed, and then a mapping keeps the old
/// content. A program that writes into the store's files, or cuts one off, while it is mapped
/// breaks this: the values change, or the process is killed by SIGBUS.
pub struct ArtifactMap {
    map: memmap2::Mmap,
}

impl ArtifactMap {
    pub(crate) fn open(directory: &Path, artifact: &Artifact) -> Result<Self, StoreError> {
        let path = artifact.file(directory);
        let file = ArtifactReader::open(directory, artifact)?.into_checked_file()?;
        #[allow(
            unsafe_code,
            reason = "no crate maps a file without it, and a large array should not be copied into memory"
        )]
        // SAFETY: the mapping is read-only, and nothing of ours writes to the file while it
        // exists: artifacts are written under another name, and renamed once they are whole. What
        // others do to files of the store is beyond any program; the documentation says so.
        let map = unsafe { memmap2::Mmap::map(&file) };
        Ok(ArtifactMap { map: map.map_err(|source| io_error(&path, source))? })
    }
}

impl Deref for ArtifactMap {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map
    }
}

impl AsRef<[u8]> for ArtifactMap {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for ArtifactMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArtifactMap({} bytes)", self.len())
    }
}
