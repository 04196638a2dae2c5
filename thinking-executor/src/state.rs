//! Versioned state: typed, ordered tables, each step's commit a version.

use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};
use std::rc::Rc;

use redb::{ReadOnlyTable, ReadableTable, WriteTransaction};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::store::{Lineage, STATE, StateRow, open, seal};

/// A type whose values can be keys: integers, texts, booleans, options, tuples of them, and
/// types that derive `storekey`'s `Encode` and `Decode`. Their bytes order as the values do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a table",
    label = "needs `storekey`'s `Encode` and `Decode`, as integers, texts and tuples have"
)]
pub trait Key: storekey::Encode + storekey::Decode {}

#[diagnostic::do_not_recommend]
impl<T: storekey::Encode + storekey::Decode> Key for T {}

/// The name and types of a table of state; declare it as a constant.
///
/// ```
/// use thinking_executor::Table;
///
/// const LOSSES: Table<u32, f64> = Table::new("losses");
/// ```
pub struct Table<K, V> {
    name: &'static str,
    of: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Table<K, V> {
    /// Names a table. It exists once something is inserted.
    pub const fn new(name: &'static str) -> Self {
        Table { name, of: PhantomData }
    }

    /// Returns the table's name.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Table<K, V> {}

/// Where rows of state are read from.
pub(crate) trait Rows {
    /// The newest row of a key on a branch below a version: a value, or that it was removed.
    fn newest(
        &self,
        table: &str,
        key: &[u8],
        branch: u32,
        below: u64,
    ) -> Result<Option<Option<Vec<u8>>>, StoreError>;

    /// The first key of a table from `start` on, on any branch.
    fn next_key(&self, table: &str, start: Bound<&[u8]>) -> Result<Option<Vec<u8>>, StoreError>;
}

impl Rows for ReadOnlyTable<StateRow, Option<&'static [u8]>> {
    fn newest(
        &self,
        table: &str,
        key: &[u8],
        branch: u32,
        below: u64,
    ) -> Result<Option<Option<Vec<u8>>>, StoreError> {
        newest(self, table, key, branch, below)
    }

    fn next_key(&self, table: &str, start: Bound<&[u8]>) -> Result<Option<Vec<u8>>, StoreError> {
        next_key(self, table, start)
    }
}

/// A transaction allows one open handle of a redb table, but a step may hold several views, so
/// each look-up opens it for itself.
impl Rows for &WriteTransaction {
    fn newest(
        &self,
        table: &str,
        key: &[u8],
        branch: u32,
        below: u64,
    ) -> Result<Option<Option<Vec<u8>>>, StoreError> {
        newest(&self.open_table(STATE)?, table, key, branch, below)
    }

    fn next_key(&self, table: &str, start: Bound<&[u8]>) -> Result<Option<Vec<u8>>, StoreError> {
        next_key(&self.open_table(STATE)?, table, start)
    }
}

fn newest(
    rows: &impl ReadableTable<StateRow, Option<&'static [u8]>>,
    table: &str,
    key: &[u8],
    branch: u32,
    below: u64,
) -> Result<Option<Option<Vec<u8>>>, StoreError> {
    let mut rows = rows.range((table, key, branch, 0)..(table, key, branch, below))?;
    let newest = rows.next_back().transpose()?;
    Ok(newest.map(|(_, value)| value.value().map(<[u8]>::to_vec)))
}

fn next_key(
    rows: &impl ReadableTable<StateRow, Option<&'static [u8]>>,
    table: &str,
    start: Bound<&[u8]>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let from = match start {
        Bound::Included(key) => Bound::Included((table, key, 0, 0)),
        Bound::Excluded(key) => Bound::Excluded((table, key, u32::MAX, u64::MAX)),
        Bound::Unbounded => Bound::Included((table, &[][..], 0, 0)),
    };
    let mut rows = rows.range::<(&str, &[u8], u32, u64)>((from, Bound::Unbounded))?;
    let first = rows.next().transpose()?;
    Ok(first.and_then(|(row, _)| {
        let (name, key, _, _) = row.value();
        (name == table).then(|| key.to_vec())
    }))
}

/// A table as one version sees it.
pub struct TableView<'a, K, V> {
    rows: Box<dyn Rows + 'a>,
    name: &'static str,
    lineage: Rc<Lineage>,
    /// Versions from here on are not seen.
    below: u64,
    of: PhantomData<fn() -> (K, V)>,
}

impl<'a, K: Key, V: DeserializeOwned> TableView<'a, K, V> {
    pub(crate) fn new(
        rows: impl Rows + 'a,
        table: Table<K, V>,
        lineage: Rc<Lineage>,
        below: u64,
    ) -> Self {
        TableView { rows: Box::new(rows), name: table.name, lineage, below, of: PhantomData }
    }

    /// Returns the value of a key, or `None` where there is none. Costs a look-up of a B-tree per
    /// branch back to the one that wrote it.
    ///
    /// # Errors
    ///
    /// The store fails, or the value is damaged or of another type.
    pub fn get(&self, key: &K) -> Result<Option<V>, StoreError> {
        let key = encode_key(self.name, key)?;
        self.decode(self.visible(&key)?)
    }

    /// Returns the rows from and to the given keys, in their order. Costs two look-ups per row.
    ///
    /// # Errors
    ///
    /// A bound cannot be encoded. A row that cannot be read is an error in its place; after one of
    /// the store itself the rows end.
    pub fn range(
        &self,
        range: impl RangeBounds<K>,
    ) -> Result<impl Iterator<Item = Result<(K, V), StoreError>> + '_, StoreError> {
        let encode = |bound: Bound<&K>| {
            Ok::<_, StoreError>(match bound {
                Bound::Included(key) => Bound::Included(encode_key(self.name, key)?),
                Bound::Excluded(key) => Bound::Excluded(encode_key(self.name, key)?),
                Bound::Unbounded => Bound::Unbounded,
            })
        };
        let mut start = encode(range.start_bound())?;
        let end = encode(range.end_bound())?;
        let mut failed = false;
        Ok(std::iter::from_fn(move || {
            // What follows cannot be reached past a failure.
            while !failed {
                let next = self.rows.next_key(self.name, start.as_ref().map(Vec::as_slice));
                let key = match next {
                    Ok(key) => key?,
                    Err(error) => {
                        failed = true;
                        return Some(Err(error));
                    }
                };
                let inside = match &end {
                    Bound::Included(end) => key <= *end,
                    Bound::Excluded(end) => key < *end,
                    Bound::Unbounded => true,
                };
                if !inside {
                    return None;
                }
                start = Bound::Excluded(key.clone());
                let row = self.visible(&key).and_then(|bytes| self.decode(bytes));
                match row {
                    Ok(None) => {}
                    Ok(Some(value)) => {
                        return Some(decode_key(self.name, &key).map(|key| (key, value)));
                    }
                    Err(error) => return Some(Err(error)),
                }
            }
            None
        }))
    }

    /// Returns all rows in the order of their keys.
    ///
    /// # Errors
    ///
    /// As [`TableView::range`].
    pub fn iter(
        &self,
    ) -> Result<impl Iterator<Item = Result<(K, V), StoreError>> + '_, StoreError> {
        self.range(..)
    }

    /// Returns how many rows there are. Costs as much as reading them.
    ///
    /// # Errors
    ///
    /// A row cannot be read.
    pub fn len(&self) -> Result<u64, StoreError> {
        let mut count = 0;
        for row in self.iter()? {
            row?;
            count += 1;
        }
        Ok(count)
    }

    /// Tells whether there are no rows.
    ///
    /// # Errors
    ///
    /// The first row cannot be read.
    pub fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.iter()?.next().transpose()?.is_none())
    }

    fn visible(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        for segment in &self.lineage.segments {
            let below = segment.below.min(self.below);
            if let Some(value) = self.rows.newest(self.name, key, segment.branch, below)? {
                return Ok(value);
            }
        }
        Ok(None)
    }

    fn decode(&self, bytes: Option<Vec<u8>>) -> Result<Option<V>, StoreError> {
        bytes.map(|bytes| open(&format!("a value of table `{}`", self.name), &bytes)).transpose()
    }
}

/// A table that a step changes.
pub struct TableMut<'a, K, V> {
    view: TableView<'a, K, V>,
    transaction: &'a WriteTransaction,
    branch: u32,
    version: u64,
}

impl<'a, K: Key, V: Serialize + DeserializeOwned> TableMut<'a, K, V> {
    pub(crate) fn new(
        transaction: &'a WriteTransaction,
        table: Table<K, V>,
        lineage: Rc<Lineage>,
        branch: u32,
        version: u64,
    ) -> Self {
        let view = TableView::new(transaction, table, lineage, version + 1);
        TableMut { view, transaction, branch, version }
    }

    /// Sets the value of a key. Nothing is on disk before the step is committed.
    ///
    /// # Errors
    ///
    /// The store fails, or the value cannot be encoded; the table is as before.
    pub fn insert(&mut self, key: &K, value: &V) -> Result<(), StoreError> {
        let bytes = seal(&format!("a value of table `{}`", self.view.name), value)?;
        self.write(key, Some(&bytes))
    }

    /// Removes a key; returns whether it was there. Earlier versions keep it.
    ///
    /// # Errors
    ///
    /// The store fails; the table is as before.
    pub fn remove(&mut self, key: &K) -> Result<bool, StoreError> {
        let there = self.view.visible(&encode_key(self.view.name, key)?)?.is_some();
        if there {
            self.write(key, None)?;
        }
        Ok(there)
    }

    fn write(&mut self, key: &K, value: Option<&[u8]>) -> Result<(), StoreError> {
        let key = encode_key(self.view.name, key)?;
        let row = (self.view.name, &*key, self.branch, self.version);
        self.transaction.open_table(STATE)?.insert(row, value)?;
        Ok(())
    }
}

impl<'a, K, V> std::ops::Deref for TableMut<'a, K, V> {
    type Target = TableView<'a, K, V>;

    fn deref(&self) -> &TableView<'a, K, V> {
        &self.view
    }
}

fn encode_key<K: Key>(table: &str, key: &K) -> Result<Vec<u8>, StoreError> {
    storekey::encode_vec(key).map_err(|source| StoreError::Unwritable {
        what: format!("a key of table `{table}`"),
        source: source.to_string().into(),
    })
}

fn decode_key<K: Key>(table: &str, bytes: &[u8]) -> Result<K, StoreError> {
    storekey::decode(bytes).map_err(|_| StoreError::Unreadable {
        what: format!("a key of table `{table}`"),
        source: crate::codec::CodecError::Damaged,
    })
}

#[cfg(test)]
mod tests;
