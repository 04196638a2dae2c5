//! Rows of state as one version sees them: what is stored, and what a step has written on top.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

use crate::error::StoreError;
use crate::keys;
use crate::state::types::TableTypes;
use crate::storage::{Batch, Snapshot, Space};
use crate::store::{self, Lineage};

/// What a step has written and not committed, by key: a value, or that it was removed.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    rows: RefCell<BTreeMap<Vec<u8>, Option<Vec<u8>>>>,
    /// Tables that are new with this step.
    tables: RefCell<BTreeMap<&'static str, TableTypes>>,
}

impl Overlay {
    /// Adds what was written to a batch, as a version on a branch.
    pub(crate) fn put(
        &self,
        batch: &mut Batch,
        branch: u32,
        version: u64,
    ) -> Result<(), StoreError> {
        for (&name, types) in &*self.tables.borrow() {
            batch.put(Space::Tables, name.into(), store::seal("a table's types", types)?);
        }
        for (key, value) in &*self.rows.borrow() {
            let row = keys::state_row(key, branch, version);
            batch.put(Space::State, row, value.clone().unwrap_or_default());
        }
        Ok(())
    }

    /// Takes over what a later step has written.
    pub(crate) fn absorb(&self, later: &Overlay) {
        self.tables.borrow_mut().extend(later.tables.take());
        self.rows.borrow_mut().extend(later.rows.take());
    }
}

/// Where a table's rows are read from. Clones see the same.
#[derive(Clone)]
pub(crate) struct StateRows {
    pub(crate) snapshot: Rc<dyn Snapshot>,
    pub(crate) lineage: Rc<Lineage>,
    /// Versions from here on are not seen.
    pub(crate) below: u64,
    /// What is not stored yet, the newest first. Writes go to the first.
    pub(crate) overlays: Vec<Rc<Overlay>>,
}

impl StateRows {
    /// Returns the sealed value of a key; `None` where there is none. `key` is as
    /// [`keys::state_key`] makes it.
    pub(crate) fn visible(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        for overlay in &self.overlays {
            if let Some(value) = overlay.rows.borrow().get(key) {
                return Ok(value.clone());
            }
        }
        for segment in &self.lineage.segments {
            let below = segment.below.min(self.below);
            let from = keys::state_row(key, segment.branch, 0);
            let to = keys::state_row(key, segment.branch, below);
            let (from, to) = (Bound::Included(&*from), Bound::Excluded(&*to));
            let newest = self.snapshot.range(Space::State, from, to)?.next_back().transpose()?;
            if let Some((_, value)) = newest {
                // A sealed value is never empty; what was removed is.
                return Ok(Some(value).filter(|value| !value.is_empty()));
            }
        }
        Ok(None)
    }

    /// Returns the first key of a table from `from` on, on any branch, stored or not. Both are as [`keys::state_key`] makes them.
    pub(crate) fn next_key(
        &self,
        table: &[u8],
        from: Bound<&[u8]>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let stored = {
            // All versions of a key come after it, and before what begins with more than it.
            let after;
            let from = match from {
                Bound::Excluded(key) => {
                    after = keys::after(key);
                    Bound::Included(&*after)
                }
                from => from,
            };
            let end = keys::after(table);
            let mut rows = self.snapshot.range(Space::State, from, Bound::Excluded(&end))?;
            let row = rows.next().transpose()?;
            row.and_then(|(row, _)| keys::key_of_row(table, &row))
                .map(|key| keys::state_key(table, &key))
        };
        let written = self.overlays.iter().filter_map(|overlay| {
            let rows = overlay.rows.borrow();
            let mut rows = rows.range::<[u8], _>((from, Bound::Unbounded));
            rows.next().map(|(key, _)| key.clone()).filter(|key| key.starts_with(table))
        });
        Ok(written.chain(stored).min())
    }

    /// Returns the types that are recorded of a table.
    pub(crate) fn types(&self, table: &str) -> Result<Option<TableTypes>, StoreError> {
        let mut new = self.overlays.iter();
        if let Some(new) = new.find_map(|overlay| overlay.tables.borrow().get(table).cloned()) {
            return Ok(Some(new));
        }
        let bytes = self.snapshot.get(Space::Tables, table.as_bytes())?;
        let what = || format!("the types of table `{table}`");
        bytes.map(|bytes| store::open(what, &bytes)).transpose()
    }

    /// Writes to the overlay; does nothing without one.
    pub(crate) fn write(&self, key: Vec<u8>, value: Option<Vec<u8>>) {
        if let Some(overlay) = self.overlays.first() {
            overlay.rows.borrow_mut().insert(key, value);
        }
    }

    /// Records a table's types with what is written; does nothing without an overlay.
    pub(crate) fn declare(&self, table: &'static str, types: TableTypes) {
        if let Some(overlay) = self.overlays.first() {
            overlay.tables.borrow_mut().insert(table, types);
        }
    }
}
