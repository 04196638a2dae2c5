//! Writes that are forbidden on a thread.

use std::panic::{AssertUnwindSafe, catch_unwind};

use redb::ReadableDatabase;
use thinking_dbs::{Database, DatabaseError, allow_writes, forbid_writes};

const REASON: &str = "stage `experiment/train` may not modify data; move the write into a step";

fn writes(database: &Database) -> bool {
    match database.begin_write() {
        Ok(transaction) => transaction.commit().is_ok(),
        Err(DatabaseError::Forbidden { .. }) => false,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_forbidden_write_names_the_database_and_the_reason() {
    let database = Database::temporary("samples").unwrap();
    let guard = forbid_writes(REASON);
    let Err(error) = database.begin_write() else { panic!("it was begun") };
    assert_eq!(error.to_string(), format!("database `samples` may not be written here: {REASON}"));
    // Reading goes on, and so do the records of who forbids.
    database.redb().begin_read().unwrap();
    database.begin_unguarded_write().unwrap().commit().unwrap();
    drop(guard);
    assert!(writes(&database));
}

#[test]
fn the_innermost_guard_counts_and_each_ends_with_its_scope() {
    let database = Database::temporary("samples").unwrap();
    let outer = forbid_writes(REASON);
    {
        let _step = allow_writes();
        assert!(writes(&database));
        {
            let _stage = forbid_writes("stage `inner` may not modify data");
            let error = database.begin_write().err().unwrap().to_string();
            assert!(error.contains("`inner`"), "{error}");
        }
        assert!(writes(&database));
    }
    assert!(!writes(&database));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _step = allow_writes();
        assert!(writes(&database));
        panic!("in a step");
    }));
    assert!(panicked.is_err() && !writes(&database));
    drop(outer);
    assert!(writes(&database));
}

/// A transaction that was begun before is its owner's, and other threads have their own rules.
#[test]
fn what_was_begun_and_other_threads_are_not_hindered() {
    let database = Database::temporary("samples").unwrap();
    let transaction = database.begin_write().unwrap();
    let _guard = forbid_writes(REASON);
    transaction.commit().unwrap();
    assert!(!writes(&database));
    let elsewhere = std::thread::scope(|scope| scope.spawn(|| writes(&database)).join().unwrap());
    assert!(elsewhere);
}
