//! The store: records, results and versioned state, as rows of a [`Storage`].
//!
//! `docs/store-format.md` is the promise that this file keeps.

use std::collections::HashSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_dbs::Database;
use thinking_runtime::logging::CapturedLog;

use crate::codec;
use crate::error::StoreError;
use crate::history::{Branch, FailureRecord, SessionRecord};
use crate::keys;
use crate::storage::{Batch, MemoryStorage, RedbStorage, Snapshot, Space, Storage};

pub(crate) mod branches;
pub(crate) mod contributor;
pub(crate) mod line;
pub(crate) mod lineage;
pub(crate) mod migration;
pub(crate) mod read;

pub(crate) use branches::candidates;
pub use branches::{BranchChange, BranchError};
pub use contributor::store_path;
pub(crate) use line::Line;
pub(crate) use lineage::Lineage;
pub(crate) use read::Records;

/// The version of the bytes on disk that this crate reads and writes.
pub const STORE_FORMAT: u32 = 3;

/// The oldest version whose rows mean what they mean in the present one.
const OLDEST_FORMAT: u32 = 2;

pub(crate) const FORMAT_KEY: &[u8] = b"format";
/// The name of a run's first branch.
const FIRST_BRANCH: &str = "main";

/// A store that this process writes. Clones share it.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    storage: Box<dyn Storage>,
    artifacts: PathBuf,
    /// Held from the read of a number to the commit that takes the next one.
    writing: Mutex<()>,
    /// The runs that have a session now.
    active: Mutex<HashSet<String>>,
    _temporary: Option<tempfile::TempDir>,
}

impl Store {
    /// Takes a database as a store; an empty one becomes an empty store, and one of an older format
    /// is migrated, in one transaction. Artifacts lie beside its file. Otherwise costs no sync: what makes an empty store is on disk with the first commit after it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Format`] if another version wrote it, [`StoreError::Foreign`] if it holds
    /// something else, or the database fails. It is as it was.
    pub fn open(database: Arc<Database>) -> Result<Store, StoreError> {
        let artifacts = artifact_directory(database.path());
        migration::migrate(database.redb(), || database.begin_unguarded_write())?;
        Store::with_storage(RedbStorage::new(database)?, artifacts)
    }

    /// Makes an empty store in memory, which is gone when its last clone is dropped. Artifacts lie
    /// in a temporary directory.
    ///
    /// # Errors
    ///
    /// The directory cannot be made.
    pub fn in_memory() -> Result<Store, StoreError> {
        let directory = tempfile::tempdir()
            .map_err(|source| StoreError::Artifact { path: std::env::temp_dir(), source })?;
        let artifacts = directory.path().to_owned();
        Store::new(Box::new(MemoryStorage::new()), artifacts, Some(directory))
    }

    /// Keeps a store in any storage, and its artifacts in a directory, which is made once there is
    /// one.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn with_storage(
        storage: impl Storage + 'static,
        artifacts: PathBuf,
    ) -> Result<Store, StoreError> {
        Store::new(Box::new(storage), artifacts, None)
    }

    fn new(
        storage: Box<dyn Storage>,
        artifacts: PathBuf,
        temporary: Option<tempfile::TempDir>,
    ) -> Result<Store, StoreError> {
        if Records::new(storage.snapshot()?).known_format()? != Some(STORE_FORMAT) {
            let mut batch = Batch::new();
            batch.put(Space::Meta, FORMAT_KEY.to_vec(), STORE_FORMAT.to_le_bytes().to_vec());
            // Without a sync of its own: the first session's commit makes it durable.
            batch.relax();
            storage.commit(batch)?;
        }
        let shared = Shared {
            storage,
            artifacts,
            writing: Mutex::default(),
            active: Mutex::default(),
            _temporary: temporary,
        };
        Ok(Store { shared: Arc::new(shared) })
    }

    /// Returns the directory of the artifacts.
    pub(crate) fn artifacts(&self) -> &Path {
        &self.shared.artifacts
    }

    pub(crate) fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        Ok(self.shared.storage.snapshot()?)
    }

    pub(crate) fn records(&self) -> Result<Records, StoreError> {
        Ok(Records::new(self.snapshot()?))
    }

    pub(crate) fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        Ok(self.shared.storage.commit(batch)?)
    }

    /// Lets one session of a run work on the store, until the value is dropped.
    pub(crate) fn activate(&self, run: &str) -> Result<Active, StoreError> {
        match self.active().insert(run.to_owned()) {
            true => Ok(Active { store: self.clone(), run: run.to_owned() }),
            false => Err(StoreError::Active { run: run.to_owned() }),
        }
    }

    /// Keeps sessions from beginning, until the value is dropped, if there is none.
    pub(crate) fn idle(&self) -> Result<MutexGuard<'_, HashSet<String>>, StoreError> {
        let active = self.active();
        match active.iter().next().cloned() {
            Some(run) => Err(StoreError::Active { run }),
            None => Ok(active),
        }
    }

    fn active(&self) -> MutexGuard<'_, HashSet<String>> {
        self.shared.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> MutexGuard<'_, ()> {
        self.shared.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a session that begins; returns its serial number. Makes the run's first branch if
    /// it has none.
    pub(crate) fn begin_session(&self, session: &SessionRecord) -> Result<u64, StoreError> {
        let _writing = self.writing();
        let records = self.records()?;
        let mut batch = Batch::new();
        let serial = records.next_serial(Space::Sessions)?;
        batch.put(Space::Sessions, keys::serial(serial), seal("the session", session)?);
        if records.head(&session.run)?.is_none() {
            let branch = Branch {
                run: session.run.clone(),
                name: FIRST_BRANCH.to_owned(),
                parent: None,
                created: session.started,
                requested: false,
            };
            put_branch(&mut batch, records.next_branch()?, &branch)?;
        }
        self.commit(batch)?;
        Ok(serial)
    }

    pub(crate) fn end_session(
        &self,
        serial: u64,
        session: &SessionRecord,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.put(Space::Sessions, keys::serial(serial), seal("the session", session)?);
        self.commit(batch)
    }

    /// Records a failed attempt; returns its serial number.
    pub(crate) fn record_failure(
        &self,
        mut batch: Batch,
        failure: &FailureRecord,
        log: &CapturedLog,
    ) -> Result<u64, StoreError> {
        let _writing = self.writing();
        let serial = self.records()?.next_serial(Space::Failures)?;
        batch.put(Space::Failures, keys::serial(serial), seal("the failure", failure)?);
        if !log.is_empty() {
            batch.put(Space::Logs, keys::failure_log(serial), seal("a log", log)?);
        }
        self.commit(batch)?;
        Ok(serial)
    }
}

/// The right of a session to be the only one of its run.
pub(crate) struct Active {
    store: Store,
    run: String,
}

impl Drop for Active {
    fn drop(&mut self) {
        self.store.active().remove(&self.run);
    }
}

/// Adds a branch, and makes it its run's current one.
fn put_branch(batch: &mut Batch, id: u32, branch: &Branch) -> Result<(), StoreError> {
    batch.put(Space::Branches, keys::branch(id), seal("the branch", branch)?);
    batch.put(Space::Heads, branch.run.clone().into_bytes(), keys::branch(id));
    Ok(())
}

/// Returns the directory of the artifacts of the store at `path`.
pub(crate) fn artifact_directory(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".artifacts");
    PathBuf::from(name)
}

/// `what` is a text only where the value cannot be written.
pub(crate) fn seal<T: Serialize + ?Sized>(
    what: impl Display,
    value: &T,
) -> Result<Vec<u8>, StoreError> {
    codec::seal(value)
        .map_err(|source| StoreError::Unwritable { what: what.to_string(), source: source.into() })
}

pub(crate) fn open<T: DeserializeOwned>(
    what: impl FnOnce() -> String,
    bytes: &[u8],
) -> Result<T, StoreError> {
    codec::open(bytes).map_err(|source| StoreError::Unreadable { what: what(), source })
}
