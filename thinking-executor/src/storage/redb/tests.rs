//! Whether a database is read whole when it is opened after a crash.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use thinking_injection::BoxError;

use super::*;
use crate::clock::Bell;
use crate::simulator::{Disk, Random};

/// A clock that goes on by the same time with each commit.
#[derive(Debug)]
struct Steps {
    take: Duration,
    done: AtomicU32,
}

impl Clock for Steps {
    fn now(&self) -> Duration {
        self.take * self.done.fetch_add(1, Ordering::Relaxed)
    }

    fn wait(&self, _: Duration, _: &Bell) {}
}

/// Tells whether redb searches a database for its free pages after a crash, where its steps took
/// this long.
fn repairs_after_a_crash(take: Duration) -> Result<bool, BoxError> {
    let disk = Disk::default();
    let database = Database::with_backend("d", "d".as_ref(), disk.clone())?;
    let clock = Arc::new(Steps { take, done: AtomicU32::new(0) });
    let storage = RedbStorage::with_clock(Arc::new(database), clock)?;
    for step in 0..20 {
        let mut batch = Batch::new();
        batch.put(Space::State, vec![step], vec![step; 5000]);
        storage.commit(batch)?;
    }
    let disk = disk.crash(&mut Random::new(1));
    let repaired = Arc::new(AtomicBool::new(false));
    let seen = repaired.clone();
    let mut builder = redb::Builder::new();
    builder.set_repair_callback(move |_| seen.store(true, Ordering::Relaxed));
    let database = builder.create_with_backend(disk)?;
    let rows = super::snapshot(&database)?;
    for step in 0..20 {
        assert_eq!(rows.get(Space::State, &[step])?, Some(vec![step; 5000]));
    }
    Ok(repaired.load(Ordering::Relaxed))
}

#[test]
fn after_long_steps_a_crash_costs_little() {
    assert!(!repairs_after_a_crash(Duration::from_secs(60)).unwrap());
    assert!(repairs_after_a_crash(Duration::from_millis(1)).unwrap());
}
