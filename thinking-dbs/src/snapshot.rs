//! A copy of a database for reading, also while another process writes it.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use crate::database::DatabaseError;

/// How often a copy is tried before the writer is found too fast.
const ATTEMPTS_MAX: u32 = 50;
/// redb's header, with both commit slots, lies in the first 320 bytes of the file.
const HEADER_BYTES: usize = 512;

/// A private copy of a database at one of its commits; deleted when the value is dropped.
pub struct Snapshot {
    redb: redb::Database,
    _directory: tempfile::TempDir,
}

impl Snapshot {
    /// Copies the file at `path` without stopping its writer. Costs a copy of the file.
    ///
    /// redb never overwrites pages of the last commit before the next one is complete, and a
    /// commit ends with a write of the header. So a copy between whose beginning and end the
    /// header stayed the same holds the last commit in full; other copies are thrown away.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Absent`], or the file cannot be copied or opened. It is as it was.
    pub fn take(name: &str, path: &Path) -> Result<Snapshot, DatabaseError> {
        let (own, file) = (|| name.to_owned(), || path.to_owned());
        let io = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => DatabaseError::Absent { name: own(), path: file() },
            _ => DatabaseError::Io { name: own(), path: file(), source },
        };
        let directory = tempfile::tempdir().map_err(io)?;
        let copy = directory.path().join("snapshot.redb");
        for _ in 0..ATTEMPTS_MAX {
            let mut source = File::open(path).map_err(io)?;
            let before = header(&mut source).map_err(io)?;
            let mut target = File::create(&copy).map_err(io)?;
            source.rewind().map_err(io)?;
            io::copy(&mut source, &mut target).map_err(io)?;
            if header(&mut source).map_err(io)? == before {
                let redb = redb::Database::open(&copy).map_err(|source| DatabaseError::Open {
                    name: own(),
                    path: file(),
                    source: Box::new(source),
                })?;
                return Ok(Snapshot { redb, _directory: directory });
            }
        }
        Err(DatabaseError::Busy { name: own(), path: file(), attempts: ATTEMPTS_MAX })
    }

    /// Returns the copy, to begin read transactions on.
    pub fn redb(&self) -> &redb::Database {
        &self.redb
    }
}

fn header(file: &mut File) -> io::Result<Vec<u8>> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    file.rewind()?;
    file.take(HEADER_BYTES as u64).read_to_end(&mut header)?;
    Ok(header)
}
