//! A copy of a database for reading, also while another process writes it.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use crate::database::DatabaseError;
use crate::readers::Reading;
use crate::unborn;

/// redb's header, with both commit slots, lies in the first 320 bytes of the file.
const HEADER_BYTES: usize = 512;

/// A private copy of a database at one of its commits; deleted when the value is dropped.
pub struct Snapshot {
    name: String,
    path: PathBuf,
    redb: redb::Database,
    _directory: tempfile::TempDir,
}

impl Snapshot {
    /// Copies the file at `path`. Costs a copy of the file, at worst two; its writer goes on, but
    /// begins no new write meanwhile.
    ///
    /// If the header stayed the same, no commit ended during the copy. If it changed, that was the
    /// one commit that was under way, and there is none in the second copy. A header may show a
    /// commit whose pages are not all written yet; redb notices by its checksums and falls back
    /// to the commit before, whose pages only a later commit could have overwritten.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Absent`], or the file cannot be copied or opened: also if copying takes
    /// more than ten seconds, after which the writer does not wait any longer. It is as it was.
    pub fn take(name: &str, path: &Path) -> Result<Snapshot, DatabaseError> {
        let (directory, copy) = copy(name, path)?;
        let opened = unwinding(|| redb::Database::open(&copy)).unwrap_or_else(|| Err(damaged()));
        let redb = opened.map_err(|source| DatabaseError::Open {
            name: name.to_owned(),
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        Ok(Snapshot { name: name.to_owned(), path: path.to_owned(), redb, _directory: directory })
    }

    /// Checks every page of the copy against its checksum. Costs a pass over the file.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Open`] if pages are damaged, so that what the copy holds may be less than
    /// what was committed, or cannot be read at all.
    pub fn check(&mut self) -> Result<(), DatabaseError> {
        let source = match unwinding(|| self.redb.check_integrity()) {
            Some(Ok(true)) => return Ok(()),
            Some(Ok(false)) | None => damaged(),
            Some(Err(source)) => source,
        };
        let (name, path) = (self.name.clone(), self.path.clone());
        Err(DatabaseError::Open { name, path, source: Box::new(source) })
    }

    /// Returns the copy, to begin read transactions on.
    pub fn redb(&self) -> &redb::Database {
        &self.redb
    }
}

/// Copies the file at `path` into a directory of its own; see [`Snapshot::take`].
pub(crate) fn copy(name: &str, path: &Path) -> Result<(tempfile::TempDir, PathBuf), DatabaseError> {
    let (own, file) = (|| name.to_owned(), || path.to_owned());
    let io = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => DatabaseError::Absent { name: own(), path: file() },
        _ => DatabaseError::Io { name: own(), path: file(), source },
    };
    if unborn::is_unborn(path).map_err(io)? {
        return Err(DatabaseError::Absent { name: own(), path: file() });
    }
    let mut source = File::open(path).map_err(io)?;
    let directory = tempfile::tempdir().map_err(io)?;
    let copy = directory.path().join("snapshot.redb");
    {
        let _reading = Reading::begin(path).map_err(io)?;
        let before = header(&mut source).map_err(io)?;
        copy_to(&mut source, &copy).map_err(io)?;
        if header(&mut source).map_err(io)? != before {
            copy_to(&mut source, &copy).map_err(io)?;
        }
    }
    Ok((directory, copy))
}

/// redb panics on pages that are of no kind that it knows; nothing if it did.
fn unwinding<T>(function: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(function)).ok()
}

fn damaged() -> redb::DatabaseError {
    redb::StorageError::Corrupted("its pages are damaged".to_owned()).into()
}

fn copy_to(source: &mut File, target: &Path) -> io::Result<()> {
    source.rewind()?;
    io::copy(source, &mut File::create(target)?)?;
    Ok(())
}

fn header(file: &mut File) -> io::Result<Vec<u8>> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    file.rewind()?;
    file.take(HEADER_BYTES as u64).read_to_end(&mut header)?;
    Ok(header)
}
