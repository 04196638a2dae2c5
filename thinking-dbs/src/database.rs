//! An open database, owned by this process.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use crate::in_place::InPlace;
use crate::owner::{LockError, Owner, OwnerLock};
use crate::readers::Readers;
use crate::{snapshot, unborn, write_guard};

/// How much of a database is kept in memory: redb's own default, 1 GiB, is more than a program
/// that works for weeks beside others should take unasked.
const CACHE_BYTES: usize = 64 << 20;

/// A redb database that this process owns until the value is dropped.
pub struct Database {
    name: String,
    path: PathBuf,
    readers: Option<Readers>,
    /// Not where there is no file, or no telling.
    in_place: Option<InPlace>,
    redb: redb::Database,
    // Fields are dropped in order: the file is closed before the lock is given back, and the
    // directory of a temporary database goes last.
    _lock: Option<OwnerLock>,
    _temporary: Option<tempfile::TempDir>,
}

impl Database {
    /// Opens the file at `path` or creates it, with its directory. A file appears there only
    /// once it is a database: a process that is killed meanwhile leaves none.
    ///
    /// After a crash redb repairs the file first, which reads all of it, unless the last commit was
    /// one with `set_quick_repair`.
    ///
    /// # Errors
    ///
    /// - [`DatabaseError::InUse`] if another process has it open; that one is not disturbed.
    /// - [`DatabaseError::Io`], [`DatabaseError::Open`] if the file cannot be used. It is as it
    ///   was.
    pub fn open(name: &str, path: &Path) -> Result<Database, DatabaseError> {
        Self::open_in(name, path, None)
    }

    /// Creates an empty database that is deleted when the value is dropped.
    ///
    /// # Errors
    ///
    /// As [`Database::open`].
    pub fn temporary(name: &str) -> Result<Database, DatabaseError> {
        let directory = tempfile::tempdir().map_err(|source| DatabaseError::Io {
            name: name.to_owned(),
            path: std::env::temp_dir(),
            source,
        })?;
        let path = directory.path().join(format!("{name}.redb"));
        Self::open_in(name, &path, Some(directory))
    }

    /// Copies the file at `path`, also while another process writes it, and opens the copy; an empty
    /// database if there is no file. What is written to it is deleted when the value is dropped.
    /// [`Database::path`] returns `path`. Costs as much as [`Snapshot::take`](crate::Snapshot::take).
    ///
    /// # Errors
    ///
    /// The file cannot be copied or opened. It is as it was.
    pub fn copy_of(name: &str, path: &Path) -> Result<Database, DatabaseError> {
        let database = match snapshot::copy(name, path) {
            Ok((directory, copy)) => Self::open_in(name, &copy, Some(directory))?,
            Err(DatabaseError::Absent { .. }) => Self::temporary(name)?,
            Err(error) => return Err(error),
        };
        Ok(Database { path: path.to_owned(), in_place: None, ..database })
    }

    /// Opens or creates a database whose bytes `backend` keeps: for tests with a disk that fails.
    ///
    /// `path` is what [`Database::path`] returns; no file is made there, and no lock is taken.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Open`] if the backend fails or its bytes are no database.
    pub fn with_backend(
        name: &str,
        path: &Path,
        backend: impl redb::StorageBackend,
    ) -> Result<Database, DatabaseError> {
        let mut builder = redb::Builder::new();
        builder.set_cache_size(CACHE_BYTES);
        let redb = builder.create_with_backend(backend).map_err(|source| DatabaseError::Open {
            name: name.to_owned(),
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        let (name, path) = (name.to_owned(), path.to_owned());
        Ok(Database {
            name,
            path,
            readers: None,
            in_place: None,
            redb,
            _lock: None,
            _temporary: None,
        })
    }

    fn open_in(
        name: &str,
        path: &Path,
        temporary: Option<tempfile::TempDir>,
    ) -> Result<Database, DatabaseError> {
        let (own, file) = (|| name.to_owned(), || path.to_owned());
        let io = |source| DatabaseError::Io { name: own(), path: file(), source };
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory).map_err(io)?;
        }
        let lock = OwnerLock::take(path).map_err(|error| match error {
            LockError::Held(owner) => DatabaseError::InUse { name: own(), path: file(), owner },
            LockError::Io(source) => io(source),
        })?;
        let failed = |source| match source {
            redb::DatabaseError::DatabaseAlreadyOpen => {
                DatabaseError::InUse { name: own(), path: file(), owner: None }
            }
            source => DatabaseError::Open { name: own(), path: file(), source: Box::new(source) },
        };
        let mut builder = redb::Builder::new();
        builder.set_cache_size(CACHE_BYTES);
        let new = unborn::reset(path).map_err(io)?;
        let redb = builder.create(path).map_err(failed)?;
        if new {
            sync_directory(path).map_err(io)?;
        }
        let readers = Some(Readers::of(path).map_err(io)?);
        let in_place = InPlace::of(path).map_err(io)?;
        let (name, path) = (own(), file());
        Ok(Database {
            name,
            path,
            readers,
            in_place,
            redb,
            _lock: Some(lock),
            _temporary: temporary,
        })
    }

    /// Returns the name in `dbs.toml`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins a transaction that writes; waits for another one to end, and for a
    /// [`Snapshot`](crate::Snapshot) that is being copied.
    ///
    /// # Errors
    ///
    /// - [`DatabaseError::Forbidden`] inside of [`forbid_writes`](crate::forbid_writes): a stage
    ///   may not write. Nothing was begun.
    /// - [`DatabaseError::Write`] if the file cannot be read or written, or was removed or replaced.
    pub fn begin_write(&self) -> Result<redb::WriteTransaction, DatabaseError> {
        if let Some(reason) = write_guard::forbidden() {
            let name = self.name.clone();
            return Err(DatabaseError::Forbidden { name, reason });
        }
        self.begin_unguarded_write().map_err(|source| DatabaseError::Write {
            name: self.name.clone(),
            path: self.path.clone(),
            source: Box::new(source),
        })
    }

    /// Begins a transaction that writes as [`Database::begin_write`] does, also inside of
    /// [`forbid_writes`](crate::forbid_writes): for who forbids others to write, and keeps records
    /// itself.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written, or it was removed or replaced since it was opened: what is
    /// written would be gone with the process.
    pub fn begin_unguarded_write(&self) -> Result<redb::WriteTransaction, redb::TransactionError> {
        if let Some(readers) = &self.readers {
            readers.wait();
        }
        if let Some(in_place) = &self.in_place {
            in_place.check().map_err(redb::StorageError::Io)?;
        }
        self.redb.begin_write()
    }

    /// Moves what the file holds together and gives the rest of it back to the file system. Costs
    /// up to a copy of the file, and some syncs; a crash meanwhile loses nothing. Returns how many
    /// bytes the file has become shorter.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written, or a transaction still uses it. All data is as before.
    pub fn compact(&mut self) -> Result<u64, DatabaseError> {
        let failed = |source: io::Error| DatabaseError::Io {
            name: self.name.clone(),
            path: self.path.clone(),
            source,
        };
        if let Some(readers) = &self.readers {
            readers.wait();
        }
        let length = || std::fs::metadata(&self.path).map(|file| file.len());
        let before = length().map_err(failed)?;
        self.redb.compact().map_err(|error| failed(io::Error::other(error)))?;
        Ok(before.saturating_sub(length().map_err(failed)?))
    }

    /// Returns the redb database, to read from: `database.redb().begin_read()`.
    ///
    /// Writing goes through [`Database::begin_write`], so that a [`Snapshot`](crate::Snapshot) that
    /// another process takes meanwhile is whole, and a stage does not write:
    ///
    /// ```compile_fail,E0599
    /// fn write(database: &thinking_dbs::Database) {
    ///     database.redb().begin_write();
    /// }
    /// ```
    pub fn redb(&self) -> &impl redb::ReadableDatabase {
        &self.redb
    }
}

/// Makes a new name in a file's directory survive a power cut. Only Unix opens directories.
fn sync_directory(path: &Path) -> io::Result<()> {
    match path.parent().filter(|directory| cfg!(unix) && !directory.as_os_str().is_empty()) {
        Some(directory) => std::fs::File::open(directory)?.sync_all(),
        None => Ok(()),
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({} at {})", self.name, self.path.display())
    }
}

/// Why a database could not be opened or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// Another process owns it.
    #[error("database `{name}` at `{}` is in use by {}", .path.display(), describe(.owner))]
    InUse {
        /// The name in `dbs.toml`.
        name: String,
        /// The file.
        path: PathBuf,
        /// Who owns it, if that is known.
        owner: Option<Owner>,
    },

    /// The file or its directory cannot be read or written.
    #[error("database `{name}` at `{}` cannot be accessed", .path.display())]
    Io {
        /// The name in `dbs.toml`.
        name: String,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },

    /// The file is there, but redb cannot use it.
    #[error("database `{name}` at `{}` cannot be opened", .path.display())]
    Open {
        /// The name in `dbs.toml`.
        name: String,
        /// The file.
        path: PathBuf,
        /// What redb said.
        source: Box<redb::DatabaseError>,
    },

    /// Whoever asked may not write now.
    #[error("database `{name}` may not be written here: {reason}")]
    Forbidden {
        /// The name in `dbs.toml`.
        name: String,
        /// Who may not write, and what to do instead.
        reason: Arc<str>,
    },

    /// No transaction that writes could be begun.
    #[error("database `{name}` at `{}` cannot be written", .path.display())]
    Write {
        /// The name in `dbs.toml`.
        name: String,
        /// The file.
        path: PathBuf,
        /// What redb said.
        source: Box<redb::TransactionError>,
    },

    /// There is no such file to read.
    #[error("database `{name}` at `{}` does not exist yet", .path.display())]
    Absent {
        /// The name in `dbs.toml`.
        name: String,
        /// The file.
        path: PathBuf,
    },
}

fn describe(owner: &Option<Owner>) -> String {
    owner.as_ref().map_or_else(|| "another process".to_owned(), ToString::to_string)
}
