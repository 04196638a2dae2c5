//! Whether an open file is still where it was opened: what is written to one that was removed or
//! replaced is gone with the process.

use std::io;
use std::path::{Path, PathBuf};

/// A file and the place where it was opened.
#[derive(Debug)]
pub(crate) struct InPlace {
    /// Absolute, as the process may change its directory.
    path: PathBuf,
    id: FileId,
}

/// A file, whatever it is called: its device and its number there.
type FileId = (u64, u64);

impl InPlace {
    /// Remembers the open file at `path`; none on systems that keep open files where they are.
    pub(crate) fn of(path: &Path) -> io::Result<Option<InPlace>> {
        let path = std::path::absolute(path)?;
        Ok(id(&path)?.map(|id| InPlace { path, id }))
    }

    /// Fails if another file is there, or none. Costs a look at the directory.
    pub(crate) fn check(&self) -> io::Result<()> {
        let what = match id(&self.path) {
            Ok(now) if now != Some(self.id) => "replaced",
            Err(error) if error.kind() == io::ErrorKind::NotFound => "removed or moved",
            // It is there, or who may not look any more may still write.
            _ => return Ok(()),
        };
        Err(io::Error::other(format!(
            "`{}` was {what} while this process writes it: what it writes now would be lost; put the \
             file back, if it is still there, and run again",
            self.path.display()
        )))
    }
}

#[cfg(unix)]
fn id(path: &Path) -> io::Result<Option<FileId>> {
    use std::os::unix::fs::MetadataExt;

    let metadata = path.metadata()?;
    Ok(Some((metadata.dev(), metadata.ino())))
}

#[cfg(not(unix))]
fn id(_: &Path) -> io::Result<Option<FileId>> {
    Ok(None)
}
