//! Rows in memory: for tests and dry runs.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Batch, Row, Rows, Snapshot, Space, Storage, StorageError};

type Map = BTreeMap<(Space, Vec<u8>), Vec<u8>>;

/// Rows in memory, which are gone when the value is dropped. A commit while a snapshot lives
/// copies all rows; one that no snapshot sees costs its own rows only.
#[derive(Debug, Default)]
pub struct MemoryStorage {
    rows: Mutex<Arc<Map>>,
}

impl MemoryStorage {
    /// Makes an empty one.
    pub fn new() -> MemoryStorage {
        MemoryStorage::default()
    }

    /// Copies what a snapshot sees.
    ///
    /// # Errors
    ///
    /// The snapshot cannot be read.
    pub fn copy_of(snapshot: &dyn Snapshot) -> Result<MemoryStorage, StorageError> {
        let mut rows = Map::new();
        for space in Space::ALL {
            for row in snapshot.range(space, Bound::Unbounded, Bound::Unbounded)? {
                let (key, value) = row?;
                rows.insert((space, key), value);
            }
        }
        Ok(MemoryStorage { rows: Mutex::new(Arc::new(rows)) })
    }
}

impl Storage for MemoryStorage {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StorageError> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Box::new(MemorySnapshot { rows: rows.clone() }))
    }

    fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = Arc::make_mut(&mut rows);
        for (space, key, value) in batch.into_changes() {
            match value {
                Some(value) => rows.insert((space, key), value),
                None => rows.remove(&(space, key)),
            };
        }
        Ok(())
    }
}

struct MemorySnapshot {
    rows: Arc<Map>,
}

impl Snapshot for MemorySnapshot {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.rows.get(&(space, key.to_vec())).cloned())
    }

    fn range(
        &self,
        space: Space,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
    ) -> Result<Box<dyn Rows>, StorageError> {
        let owned = |bound: Bound<&[u8]>| bound.map(<[u8]>::to_vec);
        Ok(Box::new(Between { rows: self.rows.clone(), space, from: owned(from), to: owned(to) }))
    }
}

/// The rows that are left between two keys. It looks each one up, so that it need not borrow.
struct Between {
    rows: Arc<Map>,
    space: Space,
    from: Bound<Vec<u8>>,
    to: Bound<Vec<u8>>,
}

impl Between {
    fn take(&mut self, from_the_end: bool) -> Option<Result<Row, StorageError>> {
        if is_empty(&self.from, &self.to) {
            return None;
        }
        let from = match &self.from {
            Bound::Included(key) => Bound::Included((self.space, key.clone())),
            Bound::Excluded(key) => Bound::Excluded((self.space, key.clone())),
            Bound::Unbounded => Bound::Included((self.space, Vec::new())),
        };
        let to = match &self.to {
            Bound::Included(key) => Bound::Included((self.space, key.clone())),
            Bound::Excluded(key) => Bound::Excluded((self.space, key.clone())),
            Bound::Unbounded => match Space::ALL.get(self.space as usize + 1) {
                Some(next) => Bound::Excluded((*next, Vec::new())),
                None => Bound::Unbounded,
            },
        };
        let mut rows = self.rows.range((from, to));
        let row = if from_the_end { rows.next_back() } else { rows.next() };
        let ((_, key), value) = row?;
        let passed = Bound::Excluded(key.clone());
        match from_the_end {
            true => self.to = passed,
            false => self.from = passed,
        }
        Some(Ok((key.clone(), value.clone())))
    }
}

/// `BTreeMap::range` panics where there can be nothing between two keys.
fn is_empty(from: &Bound<Vec<u8>>, to: &Bound<Vec<u8>>) -> bool {
    match (from, to) {
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
        (Bound::Included(from), Bound::Included(to)) => from > to,
        (
            Bound::Included(from) | Bound::Excluded(from),
            Bound::Included(to) | Bound::Excluded(to),
        ) => from >= to,
    }
}

impl Iterator for Between {
    type Item = Result<Row, StorageError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.take(false)
    }
}

impl DoubleEndedIterator for Between {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.take(true)
    }
}
