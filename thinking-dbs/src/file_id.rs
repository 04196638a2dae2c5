//! Which file a path leads to, so that one that was removed or replaced is noticed.

use std::io;
use std::path::Path;

/// A file, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// Returns the file at `path`; none on systems that keep open files where they are.
    #[cfg(unix)]
    pub(crate) fn of(path: &Path) -> io::Result<Option<FileId>> {
        use std::os::unix::fs::MetadataExt;

        let metadata = path.metadata()?;
        Ok(Some(FileId { device: metadata.dev(), inode: metadata.ino() }))
    }

    #[cfg(not(unix))]
    pub(crate) fn of(_: &Path) -> io::Result<Option<FileId>> {
        Ok(None)
    }
}
