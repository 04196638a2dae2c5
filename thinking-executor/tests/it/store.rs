//! The file: versions that are refused, and damage that is named.

use std::sync::Arc;

use redb::{ReadableDatabase, TableDefinition};
use thinking::{ExecutorError, STORE_FORMAT, Store, StoreError, ViewError};
use thinking_dbs::Database;

use crate::lab::{Lab, Op, Seen, broken};
use crate::rows;

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn lab() -> Lab {
    let lab = Lab::new();
    lab.run(&[Op::Add(1), Op::Add(2)]).result.unwrap();
    lab
}

type Table = TableDefinition<'static, &'static [u8], &'static [u8]>;

fn insert(lab: &Lab, table: Table, key: &[u8], value: &[u8]) {
    let database = redb::Database::create(lab.file()).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(table).unwrap().insert(key, value).unwrap();
    transaction.commit().unwrap();
}

/// Flips a bit of the payload in a row.
fn damage(lab: &Lab, table: Table, key: &[u8]) {
    let mut bytes = {
        let database = redb::Database::open(lab.file()).unwrap();
        let transaction = database.begin_read().unwrap();
        let table = transaction.open_table(table).unwrap();
        table.get(key).unwrap().unwrap().value().to_vec()
    };
    *bytes.last_mut().unwrap() ^= 1;
    insert(lab, table, key, &bytes);
}

#[test]
fn a_format_of_the_future_is_refused_and_stays() {
    let lab = lab();
    insert(&lab, rows::META, b"format", &(STORE_FORMAT + 1).to_le_bytes()[..]);
    let message = "the store has format 4, this version reads 3";
    let (before, bytes) = (lab.rows(), std::fs::read(lab.file()).unwrap());
    let ViewError::Store(error) = Seen::read(&lab.file()).unwrap_err() else { panic!() };
    assert_eq!(error.to_string(), message);
    assert!(std::fs::read(lab.file()).unwrap() == bytes, "a view works on a copy");
    assert_eq!(lab.rows(), before);

    let error = Store::open(Arc::new(Database::open("lab", &lab.file()).unwrap())).err().unwrap();
    assert!(matches!(error, StoreError::Format { found: 4, known: 3 }));
    assert_eq!(error.to_string(), message);
    // Not the bytes: redb writes its header when it opens and closes a file.
    assert_eq!(lab.rows(), before);
}

/// A newer version may have more kinds of rows.
#[test]
fn a_format_of_the_future_with_other_tables_is_refused_as_such() {
    const OTHER: Table = TableDefinition::new("thinking.other");
    let lab = lab();
    insert(&lab, OTHER, b"key", b"value");
    let error = Seen::read(&lab.file()).unwrap_err().to_string();
    assert!(error.starts_with("the database is no store: it holds "), "{error}");
    insert(&lab, rows::META, b"format", &(STORE_FORMAT + 1).to_le_bytes()[..]);
    let message = "the store has format 4, this version reads 3";
    assert_eq!(Seen::read(&lab.file()).unwrap_err().to_string(), message);
    let error = Store::open(Arc::new(Database::open("lab", &lab.file()).unwrap())).err().unwrap();
    assert_eq!(error.to_string(), message);
}

#[test]
fn a_database_of_another_program_is_not_made_a_store() {
    const OTHER: Table = TableDefinition::new("meta");
    let lab = Lab::new();
    insert(&lab, OTHER, b"key", b"value");
    let message = "the database is no store: it holds meta; a store needs a database of its own";
    assert_eq!(Seen::read(&lab.file()).unwrap_err().to_string(), message);
    let database = Arc::new(Database::open("lab", &lab.file()).unwrap());
    let error = Store::open(database.clone()).err().unwrap();
    assert_eq!(error.to_string(), message);
    let transaction = database.redb().begin_read().unwrap();
    assert_eq!(transaction.list_tables().unwrap().count(), 1);
}

#[test]
fn a_damaged_result_is_named_by_its_step() {
    let lab = lab();
    damage(&lab, rows::RESULTS, &rows::place_of(0, 1));
    let ran = lab.run(&[Op::Add(1), Op::Add(2)]);
    assert_eq!(ran.executed, [""; 0]);
    let error = ran.result.unwrap_err();
    let ExecutorError::Result { path, source } = &error else { panic!("{error}") };
    assert_eq!(path.as_str(), "experiment[lab]/add[2]");
    assert_eq!(source.to_string(), "the bytes are damaged: the checksum does not fit");
}

#[test]
fn a_damaged_record_is_named_by_the_step_before_it() {
    let lab = lab();
    damage(&lab, rows::STEPS, &rows::place_of(0, 1));
    let ran = lab.run(&[Op::Add(1), Op::Add(2)]);
    assert_eq!(ran.executed, [""; 0]);
    let damaged = "the record of the step after `experiment[lab]/add[1]` (position 1) cannot be \
                   read: the bytes are damaged: the checksum does not fit";
    assert_eq!(chain(&ran.result.unwrap_err()), format!("the store failed: {damaged}"));
    assert_eq!(chain(&Seen::read(&lab.file()).unwrap_err()), damaged);
    damage(&lab, rows::STEPS, &rows::place_of(0, 0));
    let first = "the record of the first step (position 0) cannot be read: the bytes are damaged: \
                 the checksum does not fit";
    assert_eq!(chain(&Seen::read(&lab.file()).unwrap_err()), first);
}

#[test]
fn a_record_that_is_gone_is_missing() {
    let lab = lab();
    let database = redb::Database::open(lab.file()).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(rows::STEPS).unwrap().remove(&*rows::place_of(0, 0)).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let ran = lab.run(&[Op::Add(1), Op::Add(2)]);
    assert_eq!(
        chain(&ran.result.unwrap_err()),
        "the store failed: the step at position 0 is missing"
    );
}

#[test]
fn damaged_state_is_named_by_its_table() {
    let lab = lab();
    // `total` is text, which ends with a zero in a key.
    let key = [&b"numbers\0\0total\0\xff\0\0"[..], &rows::place_of(0, 1)].concat();
    assert!(
        lab.rows().contains_key(&(
            "state",
            r#"("numbers", [116, 111, 116, 97, 108, 0], 0, 1)"#.to_owned()
        ))
    );
    insert(&lab, rows::STATE, &key, &[0; 9]);
    let ran = lab.run(&[Op::Add(1), Op::Add(2)]);
    assert!(chain(&ran.result.unwrap_err()).ends_with(
        "the value of key 746f74616c00 of table `numbers` cannot be read: the bytes are damaged: \
             the checksum does not fit"
    ));
}

#[test]
fn damaged_branches_sessions_and_failures_are_named() {
    let check = |damage: fn(&Lab), what: &str| {
        let lab = lab();
        broken(true);
        lab.run(&[Op::Add(1), Op::Add(2), Op::Fragile(3)]).result.unwrap_err();
        broken(false);
        damage(&lab);
        let error = Seen::read(&lab.file()).unwrap_err();
        assert_eq!(
            chain(&error),
            format!("{what} cannot be read: the bytes are damaged: the checksum does not fit")
        );
    };
    check(|lab| damage(lab, rows::BRANCHES, &[0; 4]), "branch 0");
    check(|lab| damage(lab, rows::SESSIONS, &1_u64.to_be_bytes()), "session 1");
    check(|lab| damage(lab, rows::FAILURES, &1_u64.to_be_bytes()), "failure 1");
}
