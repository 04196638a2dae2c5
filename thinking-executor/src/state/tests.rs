//! Views of rows that cannot be read.

use std::ops::Bound;
use std::rc::Rc;

use super::*;
use crate::storage::{Rows, Snapshot, Space, StorageError};
use crate::store::Lineage;
use crate::store::lineage::Segment;

/// A table on a disk that fails after its types were read.
struct Failing;

impl Snapshot for Failing {
    fn get(&self, space: Space, _: &[u8]) -> Result<Option<Vec<u8>>, StorageError> {
        assert_eq!(space, Space::Tables);
        Ok(None)
    }

    fn range(
        &self,
        _: Space,
        _: Bound<&[u8]>,
        _: Bound<&[u8]>,
    ) -> Result<Box<dyn Rows>, StorageError> {
        Err(StorageError::new("no disk"))
    }
}

/// A range without an end began anew after a failure, so a loop that skips errors never ended.
#[test]
fn a_range_ends_after_a_failure() {
    let table: Table<u32, u32> = Table::new("numbers");
    let segments = vec![Segment { branch: 0, from: 0, below: u64::MAX }];
    let rows = StateRows {
        snapshot: Rc::new(Failing),
        lineage: Rc::new(Lineage { segments }),
        below: 1,
        overlays: Vec::new(),
    };
    let view = TableView::new(rows, table).unwrap();
    for range in [(Bound::Unbounded, Bound::Unbounded), (Bound::Included(1), Bound::Included(2))] {
        let rows: Vec<_> = view.range(range).unwrap().take(3).collect();
        assert!(matches!(&rows[..], [Err(_)]));
    }
    assert!(view.len().is_err() && view.is_empty().is_err() && view.get(&1).is_err());
}
