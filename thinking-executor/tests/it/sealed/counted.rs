//! What skipping costs: as much for a stage of many steps as for one of few.

use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use thinking::storage::{Batch, MemoryStorage, Rows, Snapshot, Space, Storage, StorageError};
use thinking::{Options, Stage, Store, execute, stage};
use thinking_injection::BoxError;

use crate::lab::{add, bodies, empty, executed, note_body};

/// Counts what is read from a storage.
struct Counted {
    storage: MemoryStorage,
    reads: Arc<AtomicU64>,
}

struct CountedSnapshot {
    snapshot: Box<dyn Snapshot>,
    reads: Arc<AtomicU64>,
}

impl Storage for Counted {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StorageError> {
        let (snapshot, reads) = (self.storage.snapshot()?, self.reads.clone());
        Ok(Box::new(CountedSnapshot { snapshot, reads }))
    }

    fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        self.storage.commit(batch)
    }
}

impl Snapshot for CountedSnapshot {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StorageError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.snapshot.get(space, key)
    }

    fn range(
        &self,
        space: Space,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
    ) -> Result<Box<dyn Rows>, StorageError> {
        let (rows, reads) = (self.snapshot.range(space, from, to)?, self.reads.clone());
        Ok(Box::new(rows.inspect(move |_| {
            reads.fetch_add(1, Ordering::Relaxed);
        })))
    }
}

#[stage(sealed, key = "many")]
fn many(steps: i64, stage: &Stage) -> Result<i64, BoxError> {
    note_body(stage);
    stage.run_all((1..=steps).map(add))?;
    Ok(steps)
}

#[stage(key = "counted")]
fn outer(steps: i64, stage: &Stage) -> Result<i64, BoxError> {
    stage.run(many(steps))?;
    Ok(stage.run(add(0))?)
}

/// The reads of a session that skips a stage of so many steps.
fn reads(steps: i64) -> u64 {
    let reads = Arc::new(AtomicU64::new(0));
    let storage = Counted { storage: MemoryStorage::new(), reads: reads.clone() };
    let directory = tempfile::tempdir().unwrap();
    let store = Store::with_storage(storage, directory.path().to_owned()).unwrap();
    let session = || execute(outer(steps), &empty(), store.clone(), Options::default()).unwrap();
    assert_eq!(session(), steps * (steps + 1) / 2);
    assert_eq!((executed().len() as i64, bodies().len()), (steps + 1, 1));
    reads.store(0, Ordering::Relaxed);
    assert_eq!(session(), steps * (steps + 1) / 2);
    assert_eq!((executed().len(), bodies().len()), (0, 0));
    reads.load(Ordering::Relaxed)
}

#[test]
fn skipping_reads_as_much_for_a_thousand_steps_as_for_three() {
    let few = reads(3);
    assert!(few < 40, "{few}");
    assert_eq!(reads(1000), few);
}
