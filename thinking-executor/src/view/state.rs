//! Tables of state at a place, read without their types.

use serde::Serialize;

use super::key::{self, KeyType};
use super::table::columns;
use super::value::Value;
use super::{View, ViewError};
use crate::error::StoreError;
use crate::keys;
use crate::selector::Place;
use crate::state::StateRows;

mod grid;

pub(crate) use grid::Grid;

/// How many characters of a cell are shown.
pub(crate) const CELL_CHARS_MAX: usize = 60;

/// A table of state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateTable {
    /// Its name.
    pub table: String,
    /// The type of its keys, without modules.
    pub key: String,
    /// The type of its values when it was first written.
    pub value: String,
    /// How many rows it has at the place.
    pub rows: u64,
}

/// A row of a table of state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableRow {
    /// Its key; bytes if its type is one that only the program knows.
    pub key: Value,
    /// Its value.
    pub value: Value,
}

impl View {
    /// Returns the tables of state as they are at a place: after it, if it is a task. Costs two
    /// look-ups per row.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn tables(&self, place: &Place) -> Result<Vec<StateTable>, ViewError> {
        let mut tables = Vec::new();
        for (table, types) in self.records.tables()? {
            let mut rows = 0;
            for row in self.sealed_rows(&table, place)? {
                row?;
                rows += 1;
            }
            tables.push(StateTable { table, key: types.key, value: types.value, rows });
        }
        Ok(tables)
    }

    /// Returns the rows of a table as they are at a place, in the order of their keys. Costs two
    /// look-ups per row, when it is taken.
    ///
    /// # Errors
    ///
    /// There is no such table, or the store cannot be read. A value that is damaged is an error in
    /// its place.
    pub fn rows(&self, table: &str, place: &Place) -> Result<TableRows, ViewError> {
        let tables = self.records.tables()?;
        let Some((_, types)) = tables.iter().find(|(name, _)| name == table) else {
            let known = tables.into_iter().map(|(name, _)| name).collect();
            return Err(ViewError::NoTable { table: table.to_owned(), known });
        };
        Ok(TableRows {
            key: KeyType::parse(&types.key),
            rows: self.sealed_rows(table, place)?,
            table: table.to_owned(),
        })
    }

    pub(crate) fn sealed_rows(&self, table: &str, place: &Place) -> Result<SealedRows, StoreError> {
        let state = self.records.state(self.lineage(place.line)?, place.positions.end);
        Ok(SealedRows { state, table: keys::table(table), last: None, failed: false })
    }
}

/// The rows of a table, in order.
pub struct TableRows {
    key: Option<KeyType>,
    rows: SealedRows,
    table: String,
}

impl TableRows {
    /// Counts the rows that are left, without decoding them.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn count_left(self) -> Result<u64, StoreError> {
        self.rows.map(|row| row.map(|_| 1)).sum()
    }

    fn open(&self, (key, sealed): &SealedRow) -> Result<TableRow, StoreError> {
        open(&self.table, self.key.as_ref(), key, sealed)
    }
}

impl Iterator for TableRows {
    type Item = Result<TableRow, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        Some(row.and_then(|row| self.open(&row)))
    }
}

/// Decodes a row.
pub(crate) fn open(
    table: &str,
    of: Option<&KeyType>,
    key: &[u8],
    sealed: &[u8],
) -> Result<TableRow, StoreError> {
    let key = key::decode(of, key);
    let value = Value::open(sealed).map_err(|source| StoreError::Unreadable {
        what: format!("the value of key {key} of table `{table}`"),
        source,
    })?;
    Ok(TableRow { key, value })
}

/// The rows of a table as they are stored, in order.
pub(crate) struct SealedRows {
    state: StateRows,
    table: Vec<u8>,
    /// The last key, as [`keys::state_key`] makes it.
    last: Option<Vec<u8>>,
    failed: bool,
}

/// A key as `storekey` writes it, and a sealed value.
pub(crate) type SealedRow = (Vec<u8>, Vec<u8>);

impl SealedRows {
    fn row(&mut self) -> Result<Option<SealedRow>, StoreError> {
        loop {
            let from = match &self.last {
                Some(last) => std::ops::Bound::Excluded(&**last),
                None => std::ops::Bound::Included(&*self.table),
            };
            let Some(key) = self.state.next_key(&self.table, from)? else {
                return Ok(None);
            };
            let value = self.state.visible(&key)?;
            let row = value.zip(keys::key_of_row(&self.table, &key));
            self.last = Some(key);
            if let Some((value, key)) = row {
                return Ok(Some((key, value)));
            }
        }
    }
}

impl Iterator for SealedRows {
    type Item = Result<SealedRow, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        // What follows cannot be reached past a failure.
        if self.failed {
            return None;
        }
        let row = self.row();
        self.failed = row.is_err();
        row.transpose()
    }
}

/// Lists tables, a line each.
pub fn tables_text(tables: &[StateTable]) -> String {
    let rows = tables.iter().map(|table| {
        vec![table.table.clone(), table.rows.to_string(), table.key.clone(), table.value.clone()]
    });
    columns(&["table", "rows", "key", "value"].map(str::to_owned), &rows.collect::<Vec<_>>())
}

/// Lists rows, a line each; the fields of records are columns.
pub fn rows_text(rows: &[TableRow]) -> String {
    let grid = Grid::of(rows.iter().map(|row| &row.value));
    let headings = std::iter::once("key".to_owned()).chain(grid.headings("value"));
    let lines = rows.iter().map(|row| {
        let key = row.key.line(CELL_CHARS_MAX);
        std::iter::once(key)
            .chain(grid.cells(&row.value, |value| value.line(CELL_CHARS_MAX)))
            .collect()
    });
    columns(&headings.collect::<Vec<_>>(), &lines.collect::<Vec<_>>())
}

/// Writes rows as CSV, with headings; the fields of records are columns, texts are without quotes,
/// and what is no scalar is JSON.
pub fn rows_csv(rows: &[TableRow]) -> String {
    let grid = Grid::of(rows.iter().map(|row| &row.value));
    let headings = std::iter::once("key".to_owned()).chain(grid.headings("value"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail, and each record has the same number of fields.
    let _ = writer.write_record(headings);
    for row in rows {
        let cells = std::iter::once(row.key.plain()).chain(grid.cells(&row.value, Value::plain));
        let _ = writer.write_record(cells);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
