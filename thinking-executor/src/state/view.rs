//! Tables of state, to read and to change.

use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codec::CodecError;
use crate::error::StoreError;
use crate::keys;
use crate::state::types::TableTypes;
use crate::state::{Key, StateRows, Table};
use crate::store::{open, seal};

/// A table as one version sees it.
pub struct TableView<K, V> {
    rows: StateRows,
    name: &'static str,
    /// What the table's rows begin with.
    prefix: Vec<u8>,
    of: PhantomData<fn() -> (K, V)>,
}

impl<K: Key, V: DeserializeOwned> TableView<K, V> {
    /// Fails if the table is recorded with keys of another type.
    pub(crate) fn new(rows: StateRows, table: Table<K, V>) -> Result<Self, StoreError> {
        Ok(Self::checked(rows, table)?.0)
    }

    /// As [`TableView::new`]; tells also whether the table's types are recorded.
    fn checked(rows: StateRows, table: Table<K, V>) -> Result<(Self, bool), StoreError> {
        let name = table.name();
        let recorded = rows.types(name)?;
        let is_recorded = recorded.is_some();
        if let Some(recorded) = recorded {
            let asked = TableTypes::name::<K>();
            if recorded.key != asked {
                let recorded = recorded.key;
                return Err(StoreError::TableKey { table: name, recorded, asked });
            }
        }
        let view = TableView { rows, name, prefix: keys::table(name), of: PhantomData };
        Ok((view, is_recorded))
    }

    /// Returns the value of a key, or `None` where there is none. Costs a look-up of a B-tree per
    /// branch back to the one that wrote it.
    ///
    /// # Errors
    ///
    /// The store fails, or the value is damaged or of another type.
    pub fn get(&self, key: &K) -> Result<Option<V>, StoreError> {
        let key = self.encode(key)?;
        self.decode(&key, self.rows.visible(&key)?)
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
                Bound::Included(key) => Bound::Included(self.encode(key)?),
                Bound::Excluded(key) => Bound::Excluded(self.encode(key)?),
                Bound::Unbounded => Bound::Unbounded,
            })
        };
        let mut start = match encode(range.start_bound())? {
            Bound::Unbounded => Bound::Included(self.prefix.clone()),
            start => start,
        };
        let end = encode(range.end_bound())?;
        let mut failed = false;
        Ok(std::iter::from_fn(move || {
            // What follows cannot be reached past a failure.
            while !failed {
                let next = self.rows.next_key(&self.prefix, start.as_ref().map(Vec::as_slice));
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
                let row = self.rows.visible(&key).and_then(|bytes| self.decode(&key, bytes));
                match row {
                    Ok(None) => {}
                    Ok(Some(value)) => return Some(self.decode_key(&key).map(|key| (key, value))),
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

    fn encode(&self, key: &K) -> Result<Vec<u8>, StoreError> {
        let key = storekey::encode_vec(key).map_err(|source| StoreError::Unwritable {
            what: format!("a key of table `{}`", self.name),
            source: source.to_string().into(),
        })?;
        Ok(keys::state_key(&self.prefix, &key))
    }

    fn decode_key(&self, key: &[u8]) -> Result<K, StoreError> {
        let bytes = keys::key_of_row(&self.prefix, key).unwrap_or_default();
        storekey::decode(&*bytes).map_err(|_| StoreError::Unreadable {
            what: format!("a key of table `{}`", self.name),
            source: CodecError::Damaged,
        })
    }

    fn decode(&self, key: &[u8], sealed: Option<Vec<u8>>) -> Result<Option<V>, StoreError> {
        let what = || {
            let key = keys::key_of_row(&self.prefix, key).unwrap_or_default();
            let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("the value of key {key} of table `{}`", self.name)
        };
        sealed.map(|bytes| open(what, &bytes)).transpose()
    }
}

/// A table that a step changes.
pub struct TableMut<K, V> {
    view: TableView<K, V>,
    is_declared: bool,
}

impl<K: Key, V: Serialize + DeserializeOwned> TableMut<K, V> {
    pub(crate) fn new(rows: StateRows, table: Table<K, V>) -> Result<Self, StoreError> {
        let (view, is_declared) = TableView::checked(rows, table)?;
        Ok(TableMut { view, is_declared })
    }

    /// Sets the value of a key. Nothing is on disk before the step is committed; until then it is
    /// held in memory.
    ///
    /// # Errors
    ///
    /// The value cannot be encoded; the table is as before.
    pub fn insert(&mut self, key: &K, value: &V) -> Result<(), StoreError> {
        let key = self.view.encode(key)?;
        let value = seal(format_args!("a value of table `{}`", self.view.name), value)?;
        if !self.is_declared {
            self.view.rows.declare(self.view.name, TableTypes::of::<K, V>());
            self.is_declared = true;
        }
        self.view.rows.write(key, Some(value));
        Ok(())
    }

    /// Removes a key; returns whether it was there. Earlier versions keep it.
    ///
    /// # Errors
    ///
    /// The store fails; the table is as before.
    pub fn remove(&mut self, key: &K) -> Result<bool, StoreError> {
        let key = self.view.encode(key)?;
        let there = self.view.rows.visible(&key)?.is_some();
        if there {
            self.view.rows.write(key, None);
        }
        Ok(there)
    }
}

impl<K, V> std::ops::Deref for TableMut<K, V> {
    type Target = TableView<K, V>;

    fn deref(&self) -> &TableView<K, V> {
        &self.view
    }
}
