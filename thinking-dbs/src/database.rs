//! An open database, owned by this process.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::owner::{LockError, Owner, OwnerLock};

/// How much of a database is kept in memory: redb's own default, 1 GiB, is more than a program
/// that works for weeks beside others should take unasked.
const CACHE_BYTES: usize = 64 << 20;

/// A redb database that this process owns until the value is dropped.
pub struct Database {
    name: String,
    path: PathBuf,
    redb: redb::Database,
    // Fields are dropped in order: the file is closed before the lock is given back, and the
    // directory of a temporary database goes last.
    _lock: Option<OwnerLock>,
    _temporary: Option<tempfile::TempDir>,
}

impl Database {
    /// Opens the file at `path` or creates it, with its directory.
    ///
    /// After a crash redb repairs the file first, which reads all of it.
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
        let redb = redb::Database::builder().create_with_backend(backend).map_err(|source| {
            DatabaseError::Open {
                name: name.to_owned(),
                path: path.to_owned(),
                source: Box::new(source),
            }
        })?;
        let (name, path) = (name.to_owned(), path.to_owned());
        Ok(Database { name, path, redb, _lock: None, _temporary: None })
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
        let mut builder = redb::Builder::new();
        builder.set_cache_size(CACHE_BYTES);
        let redb = builder.create(path).map_err(|source| match source {
            redb::DatabaseError::DatabaseAlreadyOpen => {
                DatabaseError::InUse { name: own(), path: file(), owner: None }
            }
            source => DatabaseError::Open { name: own(), path: file(), source: Box::new(source) },
        })?;
        Ok(Database { name: own(), path: file(), redb, _lock: Some(lock), _temporary: temporary })
    }

    /// Returns the name in `dbs.toml`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the redb database, to begin transactions on.
    pub fn redb(&self) -> &redb::Database {
        &self.redb
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({} at {})", self.name, self.path.display())
    }
}

/// Why a database could not be opened.
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

    /// There is no such file to read.
    #[error("database `{name}` at `{}` does not exist yet", .path.display())]
    Absent {
        /// The name in `dbs.toml`.
        name: String,
        /// The file.
        path: PathBuf,
    },

    /// The file changed faster than it could be copied.
    #[error("database `{name}` at `{}` is being written too fast to be copied: {attempts} attempts failed", .path.display())]
    Busy {
        /// The name in `dbs.toml`.
        name: String,
        /// The file.
        path: PathBuf,
        /// How often it was tried.
        attempts: u32,
    },
}

fn describe(owner: &Option<Owner>) -> String {
    owner.as_ref().map_or_else(|| "another process".to_owned(), ToString::to_string)
}
