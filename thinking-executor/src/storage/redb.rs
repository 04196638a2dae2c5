//! Rows in a redb database, a table per kind.

use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

use once_cell::unsync::OnceCell;
use redb::{
    Durability, ReadOnlyTable, ReadTransaction, ReadableDatabase, TableDefinition, TableError,
    TableHandle, WriteTransaction,
};
use thinking_dbs::Database;

use crate::clock::{Clock, SystemClock};
use crate::error::StoreError;
use crate::store::{FORMAT_KEY, STORE_FORMAT};

use super::{Batch, Row, Rows, Snapshot, Space, Storage, StorageError};

mod settling;

use settling::Settling;

type Bytes = &'static [u8];

/// A database that this process writes.
///
/// A durable commit costs a sync; one per second, on average, costs two, and then opening the
/// database after a crash takes milliseconds, if no other commit came behind it. Otherwise it reads
/// all of the file.
pub struct RedbStorage {
    database: Arc<Database>,
    clock: Arc<dyn Clock>,
    settling: Mutex<Settling>,
}

impl RedbStorage {
    /// Keeps rows in a database; those of an empty one are none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Foreign`] if it holds something else, or the database fails. It is as it was.
    pub fn new(database: Arc<Database>) -> Result<RedbStorage, StoreError> {
        RedbStorage::with_clock(database, Arc::new(SystemClock::new()))
    }

    /// Keeps rows as [`RedbStorage::new`] does. The clock tells which commits cost two syncs.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn with_clock(
        database: Arc<Database>,
        clock: Arc<dyn Clock>,
    ) -> Result<RedbStorage, StoreError> {
        let is_empty = snapshot(database.redb())?.get(Space::Meta, FORMAT_KEY)?.is_none();
        // What begins with an empty file has little to read after a crash.
        let settling = Settling::new(u32::from(!is_empty), clock.now());
        Ok(RedbStorage { database, clock, settling: Mutex::new(settling) })
    }
}

impl Storage for RedbStorage {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StorageError> {
        let transaction = self.database.redb().begin_read().map_err(failed)?;
        Ok(Box::new(RedbSnapshot::new(transaction)))
    }

    fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        let mut transaction = self.database.begin_unguarded_write().map_err(failed)?;
        if batch.is_durable() {
            let mut settling = self.settling.lock().unwrap_or_else(PoisonError::into_inner);
            transaction.set_quick_repair(settling.pay(self.clock.now()));
        } else {
            transaction.set_durability(Durability::None).map_err(failed)?;
        }
        apply(&transaction, &batch)?;
        transaction.commit().map_err(failed)
    }
}

/// Returns the rows of a database's last commit, if it is a store or empty.
pub(crate) fn snapshot(database: &impl ReadableDatabase) -> Result<RedbSnapshot, StoreError> {
    let transaction = database.begin_read().map_err(failed)?;
    let tables = transaction.list_tables().map_err(failed)?;
    let names: Vec<_> = tables.map(|table| table.name().to_owned()).collect();
    let known = |name: &String| Space::ALL.iter().any(|space| space.name() == name);
    let snapshot = RedbSnapshot::new(transaction);
    if names.iter().all(known) {
        return Ok(snapshot);
    }
    // A newer version may have more tables.
    let is_store = names.iter().any(|name| name == Space::Meta.name());
    let format = is_store.then(|| snapshot.get(Space::Meta, FORMAT_KEY)).transpose()?.flatten();
    match format.and_then(|format| format.try_into().ok()).map(u32::from_le_bytes) {
        Some(found) if found > STORE_FORMAT => {
            Err(StoreError::Format { found, known: STORE_FORMAT })
        }
        _ => Err(StoreError::Foreign { tables: names.join(", ") }),
    }
}

/// Makes the changes in a transaction. A table is opened once: the rows of a batch are sorted.
fn apply(transaction: &WriteTransaction, batch: &Batch) -> Result<(), StorageError> {
    let mut rows = batch.rows().peekable();
    while let Some((space, _, _)) = rows.peek().copied() {
        let mut table = transaction.open_table(bytes_table(space)).map_err(failed)?;
        while let Some((_, key, value)) = rows.next_if(|(of, _, _)| *of == space) {
            match value {
                Some(value) => table.insert(key, value).map(drop),
                None => table.remove(key).map(drop),
            }
            .map_err(failed)?;
        }
    }
    Ok(())
}

/// The rows at one commit of a database.
pub(crate) struct RedbSnapshot {
    transaction: ReadTransaction,
    /// Opened when they are asked for; nothing for what has no rows yet.
    tables: [OnceCell<Option<ReadOnlyTable<Bytes, Bytes>>>; Space::ALL.len()],
}

impl RedbSnapshot {
    pub(crate) fn new(transaction: ReadTransaction) -> RedbSnapshot {
        RedbSnapshot { transaction, tables: Default::default() }
    }

    fn table(&self, space: Space) -> Result<Option<&ReadOnlyTable<Bytes, Bytes>>, StorageError> {
        let table = self.tables[space as usize].get_or_try_init(|| {
            match self.transaction.open_table(bytes_table(space)) {
                Err(TableError::TableDoesNotExist(_)) => Ok(None),
                table => table.map(Some).map_err(failed),
            }
        });
        Ok(table?.as_ref())
    }
}

impl Snapshot for RedbSnapshot {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StorageError> {
        let Some(table) = self.table(space)? else {
            return Ok(None);
        };
        let value = table.get(key).map_err(failed)?;
        Ok(value.map(|value| value.value().to_vec()))
    }

    fn range(
        &self,
        space: Space,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
    ) -> Result<Box<dyn Rows>, StorageError> {
        let Some(table) = self.table(space)? else {
            return Ok(Box::new(std::iter::empty()));
        };
        let rows = table.range::<&[u8]>((from, to)).map_err(failed)?;
        Ok(Box::new(rows.map(|row| {
            let (key, value) = row.map_err(failed)?;
            Ok::<Row, _>((key.value().to_vec(), value.value().to_vec()))
        })))
    }
}

pub(crate) const fn bytes_table(space: Space) -> TableDefinition<'static, Bytes, Bytes> {
    TableDefinition::new(space.name())
}

fn failed(error: impl Into<redb::Error>) -> StorageError {
    StorageError::new(error.into())
}

#[cfg(all(test, feature = "simulator"))]
mod tests;
