//! Reads a store's rows as `docs/store-format.md` describes them, without the executor's code.

use std::collections::BTreeMap;
use std::path::Path;

use redb::{ReadableDatabase, ReadableTable, TableDefinition, TableError};
use serde_json::Value;

type Bytes = TableDefinition<'static, &'static [u8], &'static [u8]>;
pub(crate) const META: Bytes = TableDefinition::new("thinking.meta");
pub(crate) const BRANCHES: Bytes = TableDefinition::new("thinking.branches");
pub(crate) const HEADS: Bytes = TableDefinition::new("thinking.heads");
pub(crate) const STEPS: Bytes = TableDefinition::new("thinking.steps");
pub(crate) const RESULTS: Bytes = TableDefinition::new("thinking.results");
pub(crate) const PRINTS: Bytes = TableDefinition::new("thinking.prints");
pub(crate) const FAILURES: Bytes = TableDefinition::new("thinking.failures");
pub(crate) const SESSIONS: Bytes = TableDefinition::new("thinking.sessions");
pub(crate) const CHECKPOINTS: Bytes = TableDefinition::new("thinking.checkpoints");
pub(crate) const LOGS: Bytes = TableDefinition::new("thinking.logs");
pub(crate) const TABLES: Bytes = TableDefinition::new("thinking.tables");
pub(crate) const STATE: Bytes = TableDefinition::new("thinking.state");
pub(crate) const ACCEPTANCES: Bytes = TableDefinition::new("thinking.acceptances");
pub(crate) const SEALS: Bytes = TableDefinition::new("thinking.seals");

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
    for (name, definition, text) in [
        ("meta", META, utf8 as fn(&[u8]) -> String),
        ("branches", BRANCHES, branch),
        ("heads", HEADS, utf8),
        ("steps", STEPS, place),
        ("results", RESULTS, place),
        ("prints", PRINTS, hex),
        ("failures", FAILURES, serial),
        ("sessions", SESSIONS, serial),
        ("checkpoints", CHECKPOINTS, place),
        ("logs", LOGS, hex),
        ("tables", TABLES, utf8),
        ("state", STATE, state),
        ("acceptances", ACCEPTANCES, numbered),
        ("seals", SEALS, numbered),
    ] {
        let table = match transaction.open_table(definition) {
            Ok(table) => table,
            Err(TableError::TableDoesNotExist(_)) => continue,
            Err(error) => panic!("{error}"),
        };
        for row in table.iter().unwrap() {
            let (key, value) = row.unwrap();
            rows.insert((name, text(key.value())), value.value().to_vec());
        }
    }
    rows
}

/// Returns the rows of one table as they are, of a store that no process has open.
pub(crate) fn raw(path: &Path, table: Bytes) -> Vec<(Vec<u8>, Vec<u8>)> {
    let transaction = redb::Database::open(path).unwrap().begin_read().unwrap();
    let table = transaction.open_table(table).unwrap();
    let rows = table.iter().unwrap().map(|row| {
        let (key, value) = row.unwrap();
        (key.value().to_vec(), value.value().to_vec())
    });
    rows.collect()
}

/// Writes a row of a store that no process has open.
pub(crate) fn put(path: &Path, table: Bytes, key: &[u8], value: &[u8]) {
    let transaction = redb::Database::open(path).unwrap().begin_write().unwrap();
    transaction.open_table(table).unwrap().insert(key, value).unwrap();
    transaction.commit().unwrap();
}

pub(crate) fn place_of(branch: u32, position: u64) -> Vec<u8> {
    [&branch.to_be_bytes()[..], &position.to_be_bytes()[..]].concat()
}

fn utf8(key: &[u8]) -> String {
    String::from_utf8(key.to_vec()).unwrap()
}

fn hex(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn branch(key: &[u8]) -> String {
    u32::from_be_bytes(key.try_into().unwrap()).to_string()
}

fn serial(key: &[u8]) -> String {
    u64::from_be_bytes(key.try_into().unwrap()).to_string()
}

fn place(key: &[u8]) -> String {
    let (branch, position) = key.split_first_chunk().unwrap();
    let position = u64::from_be_bytes(position.try_into().unwrap());
    format!("{:?}", (u32::from_be_bytes(*branch), position))
}

fn numbered(key: &[u8]) -> String {
    let (place_of, serial_of) = key.split_at(12);
    format!("{} {}", place(place_of), serial(serial_of))
}

fn state(key: &[u8]) -> String {
    let (table, rest) = delimited(key);
    let (key, rest) = delimited(rest);
    let (branch, version) = rest.split_first_chunk().unwrap();
    let version = u64::from_be_bytes(version.try_into().unwrap());
    format!("{:?}", (utf8(&table), key, u32::from_be_bytes(*branch), version))
}

/// Splits bytes at two zeros, and takes a zero and 255 for a zero.
fn delimited(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut text = Vec::new();
    let mut rest = bytes;
    loop {
        match rest {
            [0, 0, after @ ..] => return (text, after),
            [0, 0xff, after @ ..] => {
                text.push(0);
                rest = after;
            }
            [byte, after @ ..] => {
                text.push(*byte);
                rest = after;
            }
            [] => panic!("no end in {bytes:?}"),
        }
    }
}

/// Decodes a sealed value, whose checksum must fit.
pub(crate) fn opened(sealed: &[u8]) -> Value {
    let (checksum, payload) = sealed.split_at(8);
    assert_eq!(checksum, twox_hash::XxHash3_64::oneshot(payload).to_be_bytes());
    json(rmp_serde::from_slice(payload).unwrap())
}

/// Bytes become their hexadecimal text.
fn json(value: rmpv::Value) -> Value {
    match value {
        rmpv::Value::Binary(bytes) => Value::from(hex(&bytes)),
        rmpv::Value::Array(values) => values.into_iter().map(json).collect(),
        rmpv::Value::Map(entries) => {
            let entries = entries.into_iter();
            let text = |key: rmpv::Value| key.as_str().unwrap().to_owned();
            Value::Object(entries.map(|(key, value)| (text(key), json(value))).collect())
        }
        scalar => serde_json::to_value(scalar).unwrap(),
    }
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
            for field in ["created", "started", "took", "session", "sealed"] {
                record.remove(field);
            }
        }
        ((*table, key.clone()), value)
    });
    rows.collect()
}
