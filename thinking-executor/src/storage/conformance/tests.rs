//! The storages of this crate keep to all statements, and each check finds one that does not.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use thinking_dbs::Database;

use super::*;
use crate::storage::{Batch, MemoryStorage, RedbStorage, Row, Rows, Snapshot, Space};

fn redb_in(database: Result<Database, thinking_dbs::DatabaseError>) -> RedbStorage {
    RedbStorage::new(Arc::new(database.unwrap())).unwrap()
}

#[test]
fn rows_in_memory_keep_to_all() {
    Suite::new(|| Ok(MemoryStorage::new())).run().unwrap();
}

#[test]
fn redb_in_memory_keeps_to_all() {
    let backend = redb::backends::InMemoryBackend::new;
    Suite::new(|| Ok(redb_in(Database::with_backend("m", "m".as_ref(), backend())))).run().unwrap();
}

#[test]
fn redb_in_a_file_keeps_to_all() {
    let directory = tempfile::tempdir().unwrap();
    let number = AtomicU64::new(0);
    let file = || directory.path().join(number.load(Ordering::Relaxed).to_string());
    let open = || redb_in(Database::open("f", &file()));
    let make = || {
        number.fetch_add(1, Ordering::Relaxed);
        Ok(open())
    };
    let reopen = |storage| {
        drop(storage);
        Ok(open())
    };
    Suite::new(make).crashing(reopen).run().unwrap();
}

/// What a storage may do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    BornFull,
    FirstValueStays,
    KindsMixed,
    Backwards,
    EndIncluded,
    PanicsWhenInverted,
    EndsOverlap,
    RemovedFirst,
    RemovalIgnored,
    SnapshotsFollow,
    RowsEnd,
    EmptyValueLost,
    LargeCut,
    ManyCut,
    TornForOthers,
    LostBetween,
    KeyForgotten,
    Forgets,
    ForgetsRelaxed,
    TornInCrash,
}

/// A storage in memory with a fault, which keeps what a crash leaves beside.
struct Wrong {
    fault: Fault,
    now: Arc<MemoryStorage>,
    durable: MemoryStorage,
    snapshots: AtomicU64,
    writing: Mutex<()>,
}

fn copy(storage: &MemoryStorage) -> MemoryStorage {
    MemoryStorage::copy_of(&*storage.snapshot().unwrap()).unwrap()
}

fn part(batch: &Batch, wanted: impl Fn(Space, &[u8]) -> bool) -> Batch {
    let mut part = Batch::new();
    for (space, key, value) in batch.rows().filter(|(space, key, _)| wanted(*space, key)) {
        match value {
            Some(value) => part.put(space, key.to_vec(), value.to_vec()),
            None => part.delete(space, key.to_vec()),
        }
    }
    part
}

impl Wrong {
    fn new(fault: Fault) -> Wrong {
        let now = Arc::new(MemoryStorage::new());
        if fault == Fault::BornFull {
            let mut batch = Batch::new();
            batch.put(Space::Logs, vec![], vec![]);
            now.commit(batch).unwrap();
        }
        let durable = copy(&now);
        Wrong { fault, now, durable, snapshots: AtomicU64::new(0), writing: Mutex::new(()) }
    }

    fn crash(self) -> Wrong {
        let now = Arc::new(copy(&self.durable));
        Wrong { now, ..Wrong::new(self.fault) }.synced()
    }

    fn synced(self) -> Wrong {
        Wrong { durable: copy(&self.now), ..self }
    }

    /// Lets a reader in between two parts of a batch, if there is one.
    fn wait_for_a_reader(&self) {
        let before = self.snapshots.load(Ordering::SeqCst);
        for _ in 0..1000 {
            if self.snapshots.load(Ordering::SeqCst) > before + 3 {
                return;
            }
            std::thread::yield_now();
        }
    }
}

impl Storage for Wrong {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StorageError> {
        let rows = match self.fault {
            Fault::SnapshotsFollow => None,
            _ => Some(self.now.snapshot()?),
        };
        self.snapshots.fetch_add(1, Ordering::SeqCst);
        let (now, alive) = (self.now.clone(), Arc::new(AtomicBool::new(true)));
        Ok(Box::new(Moment { fault: self.fault, rows, now, alive }))
    }

    fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        let durable = batch.is_durable();
        let before = copy(&self.now);
        let mut kept = part(&batch, |_, _| true);
        match self.fault {
            Fault::FirstValueStays => {
                let old = before.snapshot()?;
                kept = part(&batch, |space, key| old.get(space, key).unwrap().is_none());
                // Removals are none of this fault's business.
                kept.append(part(&batch, |space, key| {
                    batch.rows().any(|(s, k, value)| s == space && k == key && value.is_none())
                }));
            }
            Fault::RemovalIgnored | Fault::RemovedFirst => {
                let removed = |space, key: &[u8]| {
                    batch.rows().any(|(s, k, value)| s == space && k == key && value.is_none())
                };
                // A batch that also puts is taken apart wrongly; one that only removes is not.
                let mixed = batch.rows().any(|(_, _, value)| value.is_some());
                if self.fault == Fault::RemovalIgnored || mixed {
                    kept = part(&batch, |space, key| !removed(space, key));
                }
            }
            Fault::TornForOthers => {
                self.now.commit(part(&batch, |space, _| space < Space::State))?;
                self.wait_for_a_reader();
            }
            Fault::LostBetween => {
                // Reads all, changes it, and puts all back, as if it were alone.
                self.wait_for_a_reader();
                std::thread::yield_now();
                before.commit(kept)?;
                let mut all = Batch::new();
                let now = self.now.snapshot()?;
                for space in Space::ALL {
                    for row in now.range(space, Bound::Unbounded, Bound::Unbounded)? {
                        all.delete(space, row?.0);
                    }
                    let rows = before.snapshot()?;
                    for row in rows.range(space, Bound::Unbounded, Bound::Unbounded)? {
                        let (key, value) = row?;
                        all.put(space, key, value);
                    }
                }
                return self.now.commit(all);
            }
            Fault::KeyForgotten => kept = part(&batch, |_, key| key != [0xff, 0xff]),
            _ => {}
        }
        let _writing = self.writing.lock().unwrap();
        self.now.commit(part(&kept, |_, _| true))?;
        match self.fault {
            Fault::Forgets => Ok(()),
            Fault::ForgetsRelaxed if durable => self.durable.commit(kept),
            Fault::TornInCrash if !durable => {
                self.durable.commit(part(&kept, |_, key| key < &[20][..]))
            }
            _ if durable => {
                let mut all = Batch::new();
                let now = self.now.snapshot()?;
                let old = self.durable.snapshot()?;
                for space in Space::ALL {
                    for row in old.range(space, Bound::Unbounded, Bound::Unbounded)? {
                        all.delete(space, row?.0);
                    }
                    for row in now.range(space, Bound::Unbounded, Bound::Unbounded)? {
                        let (key, value) = row?;
                        all.put(space, key, value);
                    }
                }
                self.durable.commit(all)
            }
            _ => Ok(()),
        }
    }
}

struct Moment {
    fault: Fault,
    rows: Option<Box<dyn Snapshot>>,
    now: Arc<MemoryStorage>,
    alive: Arc<AtomicBool>,
}

impl Drop for Moment {
    fn drop(&mut self) {
        self.alive.store(false, Ordering::SeqCst);
    }
}

impl Snapshot for Moment {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StorageError> {
        let value = match &self.rows {
            Some(rows) => rows.get(space, key),
            None => self.now.snapshot()?.get(space, key),
        }?;
        Ok(match self.fault {
            Fault::KindsMixed if value.is_none() => match &self.rows {
                Some(rows) => rows.get(Space::Meta, key)?,
                None => None,
            },
            Fault::EmptyValueLost => value.filter(|value| !value.is_empty()),
            Fault::LargeCut => value.map(|mut value| {
                value.truncate(1 << 20);
                value
            }),
            _ => value,
        })
    }

    fn range(
        &self,
        space: Space,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
    ) -> Result<Box<dyn Rows>, StorageError> {
        let now = self.now.snapshot()?;
        let snapshot = self.rows.as_ref().unwrap_or(&now);
        let to = match (self.fault, to) {
            (Fault::EndIncluded, Bound::Excluded(key)) => Bound::Included(key),
            (_, to) => to,
        };
        if self.fault == Fault::PanicsWhenInverted
            && let (Bound::Included(from), Bound::Included(to)) = (from, to)
        {
            assert!(from <= to, "the range is inverted");
        }
        let rows = snapshot.range(space, from, to)?;
        let mut rows: Vec<Row> = rows.collect::<Result<_, _>>()?;
        match self.fault {
            Fault::Backwards => rows.reverse(),
            Fault::ManyCut => rows.truncate(1000),
            _ => {}
        }
        let (fault, alive) = (self.fault, self.alive.clone());
        Ok(Box::new(Walk { all: rows.clone(), rows: rows.into_iter(), fault, alive }))
    }
}

struct Walk {
    all: Vec<Row>,
    rows: std::vec::IntoIter<Row>,
    fault: Fault,
    alive: Arc<AtomicBool>,
}

impl Walk {
    fn is_over(&self) -> bool {
        self.fault == Fault::RowsEnd && !self.alive.load(Ordering::SeqCst)
    }
}

impl Iterator for Walk {
    type Item = Result<Row, StorageError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over() {
            return None;
        }
        self.rows.next().map(Ok)
    }
}

impl DoubleEndedIterator for Walk {
    fn next_back(&mut self) -> Option<Self::Item> {
        // An end of its own, which does not know how far the other one is.
        match self.fault {
            Fault::EndsOverlap => self.all.pop().map(Ok),
            _ if self.is_over() => None,
            _ => self.rows.next_back().map(Ok),
        }
    }
}

/// Each fault with a check that has to find it.
const FOUND: [(Fault, &str); 20] = [
    (Fault::BornFull, "a new storage has no rows"),
    (Fault::FirstValueStays, "a key has the value that was put last"),
    (Fault::KindsMixed, "each kind has rows of its own"),
    (Fault::Backwards, "rows come in the order of their keys' bytes"),
    (Fault::EndIncluded, "a range has the rows between its bounds"),
    (Fault::PanicsWhenInverted, "a range whose end lies before its start is empty"),
    (Fault::EndsOverlap, "rows can be taken from both ends until they meet"),
    (Fault::RemovedFirst, "the last change of a key in a batch counts"),
    (Fault::RemovalIgnored, "a removed key is gone"),
    (Fault::SnapshotsFollow, "a snapshot does not see later commits"),
    (Fault::RowsEnd, "rows stay readable when their snapshot is dropped"),
    (Fault::EmptyValueLost, "keys and values may be empty"),
    (Fault::LargeCut, "values of megabytes come back"),
    (Fault::ManyCut, "many rows come back"),
    (Fault::TornForOthers, "other threads see the whole of a batch or nothing"),
    (Fault::LostBetween, "threads that commit wait for each other"),
    (Fault::KeyForgotten, "any program leaves what a map of its commits holds"),
    (Fault::Forgets, "a durable batch survives a crash"),
    (Fault::ForgetsRelaxed, "a durable batch brings the relaxed ones before it"),
    (Fault::TornInCrash, "a relaxed batch survives as a whole or not at all"),
];

#[test]
fn each_check_finds_what_it_is_for() {
    let covered: BTreeSet<_> = FOUND.iter().map(|(_, check)| *check).collect();
    assert_eq!(covered, Suite::<Wrong>::names().collect(), "a check that nothing fails");
    for (fault, check) in FOUND {
        let suite = Suite::new(|| Ok(Wrong::new(fault))).crashing(|wrong| Ok(wrong.crash()));
        let checks = Suite::checks().into_iter().filter(|(name, _)| *name == check);
        let found: Vec<_> = checks.filter_map(|check| suite.violation(check)).collect();
        assert_eq!(found.len(), 1, "{fault:?} is not found: {check}");
    }
}

#[test]
fn what_is_found_is_said() {
    let suite = Suite::new(|| Ok(Wrong::new(Fault::RowsEnd)));
    let text = suite.run().unwrap_err().to_string();
    expect_test::expect![[r#"
        the storage does not keep to 1 statements of its trait:
        - rows stay readable when their snapshot is dropped: the others: [] instead of [([99], [99]), ([100], [100])]"#]]
    .assert_eq(&text);
}
