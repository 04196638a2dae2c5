//! Reads a store's rows as `docs/store-format.md` describes them, without the executor's code.

use std::collections::BTreeMap;
use std::path::Path;

use redb::{ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, TableError};
use serde_json::Value;

pub(crate) const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
pub(crate) const BRANCHES: TableDefinition<u32, &[u8]> = TableDefinition::new("branches");
pub(crate) const HEADS: TableDefinition<&str, u32> = TableDefinition::new("heads");
pub(crate) const STEPS: TableDefinition<(u32, u64), &[u8]> = TableDefinition::new("steps");
pub(crate) const RESULTS: TableDefinition<(u32, u64), &[u8]> = TableDefinition::new("results");
pub(crate) const FAILURES: TableDefinition<u64, &[u8]> = TableDefinition::new("failures");
pub(crate) const SESSIONS: TableDefinition<u64, &[u8]> = TableDefinition::new("sessions");
pub(crate) type StateRow = (&'static str, &'static [u8], u32, u64);
pub(crate) const STATE: TableDefinition<StateRow, Option<&[u8]>> = TableDefinition::new("state");

/// Table and key as text, and the bytes of the value.
pub(crate) type Rows = BTreeMap<(&'static str, String), Vec<u8>>;

/// Returns all rows of the store in a file that no process has open.
pub(crate) fn of_file(path: &Path) -> Rows {
    of(&redb::Database::open(path).unwrap())
}

/// Returns all rows of a store; none of a table that is not there yet.
pub(crate) fn of(database: &impl ReadableDatabase) -> Rows {
    let transaction = database.begin_read().unwrap();
    let mut rows = Rows::new();
    table(&mut rows, &transaction, META, |key, value| (key.to_owned(), value.to_vec()));
    table(&mut rows, &transaction, BRANCHES, |key, value| (key.to_string(), value.to_vec()));
    table(&mut rows, &transaction, HEADS, |key, value| {
        (key.to_owned(), value.to_le_bytes().into())
    });
    table(&mut rows, &transaction, STEPS, |key, value| (format!("{key:?}"), value.to_vec()));
    table(&mut rows, &transaction, RESULTS, |key, value| (format!("{key:?}"), value.to_vec()));
    table(&mut rows, &transaction, FAILURES, |key, value| (key.to_string(), value.to_vec()));
    table(&mut rows, &transaction, SESSIONS, |key, value| (key.to_string(), value.to_vec()));
    table(&mut rows, &transaction, STATE, |key, value| {
        (format!("{key:?}"), value.map(<[u8]>::to_vec).unwrap_or_default())
    });
    rows
}

fn table<K: redb::Key + 'static, V: redb::Value + 'static>(
    rows: &mut Rows,
    transaction: &ReadTransaction,
    definition: TableDefinition<K, V>,
    text: impl Fn(K::SelfType<'_>, V::SelfType<'_>) -> (String, Vec<u8>),
) {
    use redb::TableHandle;
    let name: &'static str = match definition.name() {
        "meta" => "meta",
        "branches" => "branches",
        "heads" => "heads",
        "steps" => "steps",
        "results" => "results",
        "failures" => "failures",
        "sessions" => "sessions",
        _ => "state",
    };
    let table = match transaction.open_table(definition) {
        Ok(table) => table,
        Err(TableError::TableDoesNotExist(_)) => return,
        Err(error) => panic!("{error}"),
    };
    for row in table.iter().unwrap() {
        let (key, value) = row.unwrap();
        let (key, value) = text(key.value(), value.value());
        rows.insert((name, key), value);
    }
}

/// Decodes a sealed value, whose checksum must fit.
pub(crate) fn opened(sealed: &[u8]) -> Value {
    let (checksum, payload) = sealed.split_at(8);
    assert_eq!(checksum, &blake3::hash(payload).as_bytes()[..8]);
    rmp_serde::from_slice(payload).unwrap()
}

/// Returns the rows without what differs between two runs of one program: times, sessions.
pub(crate) fn timeless(rows: &Rows) -> BTreeMap<(&'static str, String), Value> {
    let rows = rows.iter().filter(|((table, _), _)| *table != "sessions");
    let rows = rows.map(|((table, key), bytes)| {
        let mut value = match *table {
            "meta" | "heads" => Value::from(bytes.clone()),
            _ if bytes.is_empty() => Value::Null,
            _ => opened(bytes),
        };
        if let Some(record) = value.as_object_mut().filter(|_| *table != "state") {
            for field in ["created", "started", "took", "session"] {
                record.remove(field);
            }
        }
        ((*table, key.clone()), value)
    });
    rows.collect()
}
