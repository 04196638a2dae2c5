//! The store: records, results and versioned state in one redb database.
//!
//! `docs/store-format.md` is the promise that this file keeps.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use redb::{Durability, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use serde::Serialize;
use thinking_dbs::{Database, Databases};
use thinking_injection::{Contribution, Contributor, TypeKey};
use thinking_modules::{Definition, Kind, here, register, registry};
use thinking_runtime::Runtime;

use crate::codec;
use crate::error::StoreError;
use crate::facet::Executor;
use crate::history::{Branch, FailureRecord, SessionRecord, StepRecord};

pub(crate) mod lineage;
pub(crate) mod read;

pub(crate) use lineage::Lineage;
pub(crate) use read::Records;

/// The version of the bytes on disk that this crate reads and writes.
pub const STORE_FORMAT: u32 = 1;

pub(crate) const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
pub(crate) const BRANCHES: TableDefinition<u32, &[u8]> = TableDefinition::new("branches");
pub(crate) const HEADS: TableDefinition<&str, u32> = TableDefinition::new("heads");
pub(crate) const STEPS: TableDefinition<(u32, u64), &[u8]> = TableDefinition::new("steps");
pub(crate) const RESULTS: TableDefinition<(u32, u64), &[u8]> = TableDefinition::new("results");
pub(crate) const FAILURES: TableDefinition<u64, &[u8]> = TableDefinition::new("failures");
pub(crate) const SESSIONS: TableDefinition<u64, &[u8]> = TableDefinition::new("sessions");
/// Table, key, branch, version: nothing where the key was removed.
pub(crate) type StateRow = (&'static str, &'static [u8], u32, u64);
pub(crate) const STATE: TableDefinition<StateRow, Option<&[u8]>> = TableDefinition::new("state");

const FORMAT_KEY: &str = "format";
/// The name of a run's first branch.
const FIRST_BRANCH: &str = "main";
/// Where a store is kept that `dbs.toml` does not declare, below the root.
const DEFAULT_DIRECTORY: &str = ".thinking";

static CONTRIBUTOR: Contributor =
    Contributor { contribute, provides: || vec![TypeKey::of::<Database>()] };

register!(Definition {
    module: module_path!(),
    name: "store",
    kind: Kind::Contributor,
    place: here!(),
    item: &CONTRIBUTOR,
});

/// Adds the executor's database where the program has tasks and `dbs.toml` does not declare it.
fn contribute(runtime: &Runtime) -> Contribution {
    let facets = runtime.facets();
    let (Ok(databases), Ok(executor)) = (facets.config::<Databases>(), facets.config::<Executor>())
    else {
        return Contribution { incomplete: true, ..Contribution::default() };
    };
    let has_tasks = registry::of_kind(Kind::Stage).next().is_some();
    if !has_tasks || databases.0.contains_key(executor.database()) {
        return Contribution::default();
    }
    let path = default_path(executor.database());
    let component = thinking_dbs::component(runtime, executor.database(), &path);
    Contribution { components: vec![component], ..Contribution::default() }
}

fn default_path(name: &str) -> PathBuf {
    Path::new(DEFAULT_DIRECTORY).join(format!("{name}.redb"))
}

/// Returns the file of the program's store, existing or not; `None` if a facet has mistakes.
pub fn store_path(runtime: &Runtime) -> Option<PathBuf> {
    let databases = runtime.facets().config::<Databases>().ok()?;
    let executor = runtime.facets().config::<Executor>().ok()?;
    let declared = databases.0.get(executor.database()).map(|entry| entry.path.to_path_buf());
    let path = declared.unwrap_or_else(|| default_path(executor.database()));
    Some(runtime.root().path.join(path))
}

/// A store that this process writes.
#[derive(Clone)]
pub struct Store {
    database: Arc<Database>,
    artifacts: Arc<Path>,
}

impl Store {
    /// Takes a database as a store; an empty one becomes an empty store. Costs no sync: what makes
    /// an empty store is on disk with the first commit after it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Format`] if another version wrote it, or the database fails. It is as it was.
    pub fn open(database: Arc<Database>) -> Result<Store, StoreError> {
        let artifacts = artifact_directory(database.path()).into();
        let store = Store { database, artifacts };
        let mut transaction = store.begin()?;
        let format = {
            let meta = transaction.open_table(META)?;
            meta.get(FORMAT_KEY)?.map(|bytes| read::format(bytes.value()))
        };
        match format {
            Some(STORE_FORMAT) => transaction.abort()?,
            Some(found) => return Err(StoreError::Format { found, known: STORE_FORMAT }),
            None => {
                // Without a sync of its own: the first session's commit makes it durable.
                let durability = transaction.set_durability(Durability::None);
                durability.map_err(|error| Box::new(error.into()))?;
                transaction
                    .open_table(META)?
                    .insert(FORMAT_KEY, &STORE_FORMAT.to_le_bytes()[..])?;
                transaction.open_table(BRANCHES)?;
                transaction.open_table(HEADS)?;
                transaction.open_table(STEPS)?;
                transaction.open_table(RESULTS)?;
                transaction.open_table(FAILURES)?;
                transaction.open_table(SESSIONS)?;
                transaction.open_table(STATE)?;
                transaction.commit()?;
            }
        }
        Ok(store)
    }

    /// Returns the directory of the artifacts.
    pub(crate) fn artifacts(&self) -> &Path {
        &self.artifacts
    }

    pub(crate) fn begin(&self) -> Result<WriteTransaction, StoreError> {
        Ok(self.database.begin_unguarded_write()?)
    }

    pub(crate) fn records(&self) -> Result<Records, StoreError> {
        Records::new(self.database.redb().begin_read()?)
    }

    /// Records a session that begins; returns its serial number. Makes the run's first branch if
    /// it has none.
    pub(crate) fn begin_session(&self, session: &SessionRecord) -> Result<u64, StoreError> {
        let transaction = self.begin()?;
        let serial = {
            let mut sessions = transaction.open_table(SESSIONS)?;
            let serial = sessions.last()?.map_or(1, |(serial, _)| serial.value() + 1);
            sessions.insert(serial, &*seal("the session", session)?)?;
            serial
        };
        if transaction.open_table(HEADS)?.get(&*session.run)?.is_none() {
            let branch = Branch {
                run: session.run.clone(),
                name: FIRST_BRANCH.to_owned(),
                parent: None,
                created: session.started,
            };
            insert_branch(&transaction, &branch)?;
        }
        transaction.commit()?;
        Ok(serial)
    }

    pub(crate) fn end_session(
        &self,
        serial: u64,
        session: &SessionRecord,
    ) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        transaction.open_table(SESSIONS)?.insert(serial, &*seal("the session", session)?)?;
        transaction.commit()?;
        Ok(())
    }

    /// Makes a branch that shares the positions of `parent` below `position`, and makes it the
    /// run's current one.
    pub(crate) fn fork(
        &self,
        run: &str,
        parent: u32,
        position: u64,
    ) -> Result<(u32, Branch), StoreError> {
        let transaction = self.begin()?;
        let count = {
            let branches = transaction.open_table(BRANCHES)?;
            let mut count = 0;
            for row in branches.iter()? {
                let branch: Branch = open("a branch", row?.1.value())?;
                count += u64::from(branch.run == run);
            }
            count
        };
        let branch = Branch {
            run: run.to_owned(),
            name: format!("{FIRST_BRANCH}-{}", count + 1),
            parent: Some((parent, position)),
            created: Timestamp::now(),
        };
        let id = insert_branch(&transaction, &branch)?;
        transaction.commit()?;
        Ok((id, branch))
    }

    /// Records a failed attempt; returns its serial number.
    pub(crate) fn record_failure(&self, failure: &FailureRecord) -> Result<u64, StoreError> {
        let transaction = self.begin()?;
        let serial = {
            let mut failures = transaction.open_table(FAILURES)?;
            let serial = failures.last()?.map_or(1, |(serial, _)| serial.value() + 1);
            failures.insert(serial, &*seal("the failure", failure)?)?;
            serial
        };
        transaction.commit()?;
        Ok(serial)
    }
}

/// Adds a finished step to its transaction; the transaction's commit makes it done.
pub(crate) fn insert_step<T: Serialize>(
    transaction: &WriteTransaction,
    branch: u32,
    position: u64,
    record: &StepRecord,
    result: &T,
) -> Result<(), StoreError> {
    let path = &record.path;
    let record = seal(&format!("the record of `{path}`"), record)?;
    transaction.open_table(STEPS)?.insert((branch, position), &*record)?;
    let result = seal(&format!("the result of `{path}`"), result)?;
    transaction.open_table(RESULTS)?.insert((branch, position), &*result)?;
    Ok(())
}

fn insert_branch(transaction: &WriteTransaction, branch: &Branch) -> Result<u32, StoreError> {
    let mut branches = transaction.open_table(BRANCHES)?;
    let id = branches.last()?.map_or(0, |(id, _)| id.value() + 1);
    branches.insert(id, &*seal("the branch", branch)?)?;
    transaction.open_table(HEADS)?.insert(&*branch.run, id)?;
    Ok(id)
}

/// Returns the directory of the artifacts of the store at `path`.
pub(crate) fn artifact_directory(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".artifacts");
    PathBuf::from(name)
}

pub(crate) fn seal<T: Serialize + ?Sized>(what: &str, value: &T) -> Result<Vec<u8>, StoreError> {
    codec::seal(value)
        .map_err(|source| StoreError::Unwritable { what: what.to_owned(), source: source.into() })
}

pub(crate) fn open<T: serde::de::DeserializeOwned>(
    what: &str,
    bytes: &[u8],
) -> Result<T, StoreError> {
    codec::open(bytes).map_err(|source| StoreError::Unreadable { what: what.to_owned(), source })
}
