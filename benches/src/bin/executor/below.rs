//! What lies below a store: a file that is appended to, and a redb database.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use redb::{Database, TableDefinition};
use thinking::prelude::*;

/// What a disk is given at least.
const APPENDED_BYTES: usize = 4096;
/// About the size of a step's record and of its result.
const VALUES: [&[u8]; 2] = [&[7; 150], &[7; 16]];
const TABLES: [TableDefinition<'_, u64, &[u8]>; 2] =
    [TableDefinition::new("one"), TableDefinition::new("other")];

/// A file that grows.
pub(crate) struct Appended(File);

impl Appended {
    pub(crate) fn open(directory: &Path) -> Result<Appended> {
        let path = directory.join("appended");
        Ok(Appended(OpenOptions::new().append(true).create(true).open(path)?))
    }

    pub(crate) fn append(&mut self) -> Result<()> {
        self.0.write_all(&[7; APPENDED_BYTES])?;
        Ok(self.0.sync_data()?)
    }
}

/// A database without an executor.
pub(crate) struct Bare {
    database: Database,
    next: u64,
}

impl Bare {
    pub(crate) fn create(directory: &Path) -> Result<Bare> {
        let path = directory.join("bare.redb");
        Ok(Bare { database: Database::create(path)?, next: 0 })
    }

    /// Commits items of two rows, one in each table.
    pub(crate) fn commit(&mut self, items: u64) -> Result<()> {
        let transaction = self.database.begin_write()?;
        for (table, value) in TABLES.into_iter().zip(VALUES) {
            let mut table = transaction.open_table(table)?;
            for item in self.next..self.next + items {
                table.insert(item, value)?;
            }
        }
        self.next += items;
        Ok(transaction.commit()?)
    }

    /// Reads an item in a transaction of its own.
    pub(crate) fn read(&self, item: u64) -> Result<()> {
        use redb::ReadableDatabase;
        let table = self.database.begin_read()?.open_table(TABLES[1])?;
        let value = table.get(item)?.context("the item was written")?;
        std::hint::black_box(value.value());
        Ok(())
    }
}
