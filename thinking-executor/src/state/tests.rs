//! Views of rows that cannot be read.

use super::*;
use crate::codec::CodecError;
use crate::store::lineage::Segment;

/// Rows on a disk that fails.
struct Failing;

fn failure<T>() -> Result<T, StoreError> {
    Err(StoreError::Unreadable { what: "a row".to_owned(), source: CodecError::Damaged })
}

impl Rows for Failing {
    fn newest(
        &self,
        _: &str,
        _: &[u8],
        _: u32,
        _: u64,
    ) -> Result<Option<Option<Vec<u8>>>, StoreError> {
        failure()
    }

    fn next_key(&self, _: &str, _: Bound<&[u8]>) -> Result<Option<Vec<u8>>, StoreError> {
        failure()
    }
}

/// A range without an end began anew after a failure, so a loop that skips errors never ended.
#[test]
fn a_range_ends_after_a_failure() {
    let table: Table<u32, u32> = Table::new("numbers");
    let segments = vec![Segment { branch: 0, from: 0, below: u64::MAX }];
    let view = TableView::new(Failing, table, Rc::new(Lineage { segments }), 1);
    for range in [(Bound::Unbounded, Bound::Unbounded), (Bound::Included(1), Bound::Included(2))] {
        let rows: Vec<_> = view.range(range).unwrap().take(3).collect();
        assert!(matches!(&rows[..], [Err(_)]));
    }
    assert!(view.len().is_err() && view.is_empty().is_err() && view.get(&1).is_err());
}
