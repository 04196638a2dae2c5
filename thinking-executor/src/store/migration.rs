//! Stores of format 1, which become stores of the present format.
//!
//! `docs/store-format.md` describes what was different in it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use redb::{
    ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, TableError, TableHandle,
    TransactionError, WriteTransaction,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{FORMAT_KEY, STORE_FORMAT, seal};
use crate::artifact::Artifact;
use crate::codec::{self, CodecError};
use crate::digest::Digest;
use crate::error::StoreError;
use crate::history::{ArgumentsPrint, FailureRecord, Print, StepRecord};
use crate::keys;
use crate::path::TaskPath;
use crate::storage::{Space, StorageError, bytes_table};

type Place = (u32, u64);
type StateKey = (&'static str, &'static [u8], u32, u64);

const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
const BRANCHES: TableDefinition<u32, &[u8]> = TableDefinition::new("branches");
const HEADS: TableDefinition<&str, u32> = TableDefinition::new("heads");
const STEPS: TableDefinition<Place, &[u8]> = TableDefinition::new("steps");
const RESULTS: TableDefinition<Place, &[u8]> = TableDefinition::new("results");
const FAILURES: TableDefinition<u64, &[u8]> = TableDefinition::new("failures");
const SESSIONS: TableDefinition<u64, &[u8]> = TableDefinition::new("sessions");
const STATE: TableDefinition<StateKey, Option<&[u8]>> = TableDefinition::new("state");

const OLD_FORMAT: u32 = 1;

/// Makes a store of format 1 one of the present format, in one transaction, in which the old
/// tables go; leaves anything else as it is. Costs a pass over all rows, once.
///
/// # Errors
///
/// The database fails, or a row of it is damaged, which the error names. It is as it was.
pub(crate) fn migrate(
    database: &impl ReadableDatabase,
    begin: impl FnOnce() -> Result<WriteTransaction, TransactionError>,
) -> Result<(), StoreError> {
    let old = database.begin_read().map_err(failed)?;
    if !is_old(&old)? {
        return Ok(());
    }
    let new = begin().map_err(failed)?;
    let rows = Migration { old, new };
    rows.copy_all()?;
    Ok(rows.new.commit().map_err(failed)?)
}

fn is_old(transaction: &ReadTransaction) -> Result<bool, StoreError> {
    let meta = match transaction.open_table(META) {
        Err(TableError::TableDoesNotExist(_) | TableError::TableTypeMismatch { .. }) => {
            return Ok(false);
        }
        meta => meta.map_err(failed)?,
    };
    let format = meta.get("format").map_err(failed)?;
    Ok(format.is_some_and(|format| format.value() == OLD_FORMAT.to_le_bytes()))
}

struct Migration {
    old: ReadTransaction,
    new: WriteTransaction,
}

impl Migration {
    fn copy_all(&self) -> Result<(), StoreError> {
        self.each(BRANCHES, |id, branch| {
            self.put(Space::Branches, &keys::branch(id), &resealed("a branch", branch)?)
        })?;
        self.each(HEADS, |run, id| self.put(Space::Heads, run.as_bytes(), &keys::branch(id)))?;
        self.each(STEPS, |(branch, position), record| {
            let record = self.step(opened("the record of a step", record)?)?;
            let record = seal("the record of a step", &record)?;
            self.put(Space::Steps, &keys::place(branch, position), &record)
        })?;
        self.each(RESULTS, |(branch, position), result| {
            let key = keys::place(branch, position);
            self.put(Space::Results, &key, &resealed("the result of a step", result)?)
        })?;
        self.each(FAILURES, |serial, failure| {
            let failure = self.failure(opened("a failure", failure)?)?;
            self.put(Space::Failures, &keys::serial(serial), &seal("a failure", &failure)?)
        })?;
        self.each(SESSIONS, |serial, session| {
            self.put(Space::Sessions, &keys::serial(serial), &resealed("a session", session)?)
        })?;
        self.each(STATE, |(table, key, branch, version), value| {
            let key = keys::state_key(&keys::table(table), key);
            let value = value.map_or_else(|| Ok(Vec::new()), |value| resealed("a value", value))?;
            self.put(Space::State, &keys::state_row(&key, branch, version), &value)
        })?;
        self.put(Space::Meta, FORMAT_KEY, &STORE_FORMAT.to_le_bytes())?;
        self.drop_old()
    }

    /// Shows each row of an old table.
    fn each<K: redb::Key + 'static, V: redb::Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
        mut row: impl FnMut(K::SelfType<'_>, V::SelfType<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let table = match self.old.open_table(definition) {
            Err(TableError::TableDoesNotExist(_)) => return Ok(()),
            table => table.map_err(failed)?,
        };
        for entry in table.iter().map_err(failed)? {
            let (key, value) = entry.map_err(failed)?;
            row(key.value(), value.value())?;
        }
        Ok(())
    }

    fn put(&self, space: Space, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let mut table = self.new.open_table(bytes_table(space)).map_err(failed)?;
        table.insert(key, value).map_err(failed)?;
        Ok(())
    }

    fn drop_old(&self) -> Result<(), StoreError> {
        let tables = self.new.list_tables().map_err(failed)?.collect::<Vec<_>>();
        let is_new = |name: &str| Space::ALL.iter().any(|space| space.name() == name);
        for table in tables.into_iter().filter(|table| !is_new(table.name())) {
            self.new.delete_table(table).map_err(failed)?;
        }
        Ok(())
    }

    fn step(&self, old: OldStep) -> Result<StepRecord, StoreError> {
        let (arguments, print) = self.print(old.fingerprint)?;
        Ok(StepRecord {
            path: old.path,
            arguments,
            print,
            failures: old.failures,
            session: old.session,
            started: old.started,
            took: Duration::from_nanos(old.took),
            artifacts: old.artifacts,
        })
    }

    fn failure(&self, old: OldFailure) -> Result<FailureRecord, StoreError> {
        let (arguments, print) = self.print(old.fingerprint)?;
        Ok(FailureRecord {
            run: old.run,
            branch: old.branch,
            position: old.position,
            path: old.path,
            arguments,
            print,
            attempt: 1,
            of: 1,
            session: old.session,
            started: old.started,
            took: Duration::from_nanos(old.took),
            causes: old.causes,
            backtrace: None,
        })
    }

    /// Takes a fingerprint apart; what steps share becomes a row of its own. A hash that is none
    /// fits nothing: its step would run again.
    fn print(&self, old: Fingerprint) -> Result<(ArgumentsPrint, Digest), StoreError> {
        let digest = |text: &str| Digest::from_hex(text).unwrap_or_default();
        let print = Print {
            code: digest(&old.code),
            version: old.version,
            components: old.components,
            settings: old.settings,
            helpers: BTreeMap::new(),
        };
        let sealed = seal("a print", &print)?;
        let payload = codec::check(&sealed).unwrap_or_default();
        let key = Digest::of(payload);
        self.put(Space::Prints, key.as_bytes(), &sealed)?;
        let arguments =
            ArgumentsPrint { hash: digest(&old.arguments.hash), text: old.arguments.text };
        Ok((arguments, key))
    }
}

#[derive(Deserialize)]
struct OldStep {
    path: TaskPath,
    fingerprint: Fingerprint,
    session: u64,
    started: Timestamp,
    took: u64,
    artifacts: Vec<Artifact>,
    #[serde(default)]
    failures: Vec<u64>,
}

#[derive(Deserialize)]
struct OldFailure {
    run: String,
    branch: u32,
    position: u64,
    path: TaskPath,
    fingerprint: Fingerprint,
    session: u64,
    started: Timestamp,
    took: u64,
    causes: Vec<String>,
}

#[derive(Deserialize)]
struct Fingerprint {
    code: String,
    version: u32,
    arguments: OldArguments,
    components: Vec<String>,
    settings: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct OldArguments {
    hash: String,
    text: String,
}

/// Returns the payload of a value that was sealed with BLAKE3.
fn payload<'a>(what: &str, sealed: &'a [u8]) -> Result<&'a [u8], StoreError> {
    let whole = sealed
        .split_at_checked(8)
        .filter(|(checksum, payload)| blake3::hash(payload).as_bytes().starts_with(checksum));
    let what = || format!("{what} of format {OLD_FORMAT}");
    let damaged = || StoreError::Unreadable { what: what(), source: CodecError::Damaged };
    whole.map(|(_, payload)| payload).ok_or_else(damaged)
}

fn resealed(what: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    payload(what, sealed).map(codec::seal_payload)
}

fn opened<T: DeserializeOwned>(what: &str, sealed: &[u8]) -> Result<T, StoreError> {
    super::open(|| format!("{what} of format {OLD_FORMAT}"), &resealed(what, sealed)?)
}

fn failed(error: impl Into<redb::Error>) -> StorageError {
    StorageError::new(error.into())
}
