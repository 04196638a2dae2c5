//! The rows of a store: that each can be read, and that what it refers to is there.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::de::DeserializeOwned;
use thinking_runtime::logging::CapturedLog;

use super::{Finding, Meaning, Named, meaning};
use crate::codec;
use crate::digest::Digest;
use crate::error::StoreError;
use crate::history::{
    Acceptance, Branch, CheckpointRecord, FailureRecord, Print, SealRecord, SessionRecord,
    StepRecord,
};
use crate::keys;
use crate::progress::Progress;
use crate::state::TableTypes;
use crate::storage::{Snapshot, Space};

/// A check of all rows, with what it found so far.
pub(super) struct Rows<'a> {
    snapshot: &'a dyn Snapshot,
    branches: BTreeMap<u32, Branch>,
    /// The branch and the position at which the next step is expected.
    expected: Option<(u32, u64)>,
    /// By hash and size.
    pub(super) artifacts: BTreeMap<(String, u64), Named>,
    pub(super) findings: Vec<Finding>,
    pub(super) count: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn new(snapshot: &'a dyn Snapshot) -> Rows<'a> {
        Rows {
            snapshot,
            branches: BTreeMap::new(),
            expected: None,
            artifacts: BTreeMap::new(),
            findings: Vec::new(),
            count: 0,
        }
    }

    /// Costs a pass over all rows and a few look-ups for each.
    ///
    /// # Errors
    ///
    /// The rows cannot be read at all.
    pub(super) fn check_all(&mut self) -> Result<(), StoreError> {
        let bar = Progress::new("rows", Space::ALL.len() as u64);
        for space in Space::ALL {
            bar.running(space.kind());
            for row in self.snapshot.range(space, Bound::Unbounded, Bound::Unbounded)? {
                let (key, value) = row?;
                self.count += 1;
                self.check(space, &key, &value)?;
            }
            bar.advance();
        }
        Ok(())
    }

    fn check(&mut self, space: Space, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        match space {
            Space::Meta => Ok(()),
            Space::Branches => self.branch(key, value),
            Space::Heads => self.head(key, value),
            Space::Steps => self.step(key, value),
            Space::Results => self.result(key, value),
            Space::Prints => self.print(key, value),
            Space::Checkpoints => self.checkpoint(key, value),
            Space::Acceptances => self.acceptance(key, value),
            Space::Seals => self.seal(key, value),
            Space::Failures => self.failure(key, value),
            Space::Sessions => {
                let what = format!("session {}", number(key));
                self.read::<SessionRecord>(space, what, value);
                Ok(())
            }
            Space::Logs => self.log(key, value),
            Space::Tables => {
                let what = format!("the types of table `{}`", String::from_utf8_lossy(key));
                self.read::<TableTypes>(space, what, value);
                Ok(())
            }
            Space::State => self.state(key, value),
        }
    }

    fn branch(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let Some(id) = keys::u32_of(key) else {
            return self.strange(Space::Branches, key);
        };
        let what = format!("branch {id}");
        let Some(branch) = self.read::<Branch>(Space::Branches, what.clone(), value) else {
            return Ok(());
        };
        // A branch is made after its parent, so the parent was read.
        if let Some((parent, _)) = branch.parent
            && !self.branches.contains_key(&parent)
        {
            self.find(
                Space::Branches,
                what.clone(),
                format!("there is no branch {parent}, its parent"),
            );
        }
        if self.snapshot.get(Space::Heads, branch.run.as_bytes())?.is_none() {
            self.find(
                Space::Heads,
                what,
                format!("its run `{}` has no current branch", branch.run),
            );
        }
        self.branches.insert(id, branch);
        Ok(())
    }

    fn head(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let run = String::from_utf8_lossy(key).into_owned();
        let what = format!("the current branch of run `{run}`");
        let found = match keys::u32_of(value).map(|id| (id, self.branches.get(&id))) {
            None => "it is no number of a branch".to_owned(),
            Some((id, None)) => format!("there is no branch {id}"),
            Some((id, Some(branch))) if branch.run != run => {
                format!("branch {id} is of run `{}`", branch.run)
            }
            Some(_) => return Ok(()),
        };
        self.find(Space::Heads, what, found);
        Ok(())
    }

    fn step(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let Some((branch, position)) = keys::place_of(key) else {
            return self.strange(Space::Steps, key);
        };
        let place = self.place(branch, position);
        let expected = match self.expected {
            Some((of, expected)) if of == branch => expected,
            _ => match self.branches.get(&branch) {
                Some(of) => of.parent.map_or(0, |(_, position)| position),
                None => {
                    self.find(Space::Steps, place.clone(), format!("there is no branch {branch}"));
                    position
                }
            },
        };
        self.expected = Some((branch, position + 1));
        if position != expected {
            let found = format!(
                "positions {expected} to {} before it are missing",
                position.saturating_sub(1)
            );
            self.find(Space::Steps, format!("the step {place}"), found);
        }
        let what = format!("the record {place}");
        let Some(record) = self.read::<StepRecord>(Space::Steps, what.clone(), value) else {
            return Ok(());
        };
        let what = format!("{what}, of `{}`", record.path);
        self.refers(Space::Results, key, &what, || "its result".to_owned())?;
        self.refers(Space::Prints, record.print.as_bytes(), &what, || {
            format!("print {}", record.print)
        })?;
        self.refers(Space::Sessions, &keys::serial(record.session), &what, || {
            format!("session {}", record.session)
        })?;
        for serial in &record.failures {
            self.refers(Space::Failures, &keys::serial(*serial), &what, || {
                format!("failure {serial}")
            })?;
        }
        for artifact in record.artifacts {
            let named = Named { name: artifact.name, path: record.path.to_string() };
            self.artifacts.entry((artifact.hash, artifact.size)).or_insert(named);
        }
        Ok(())
    }

    fn result(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let Some((branch, position)) = keys::place_of(key) else {
            return self.strange(Space::Results, key);
        };
        let what = format!("the result {}", self.place(branch, position));
        self.refers(Space::Steps, key, &what, || "its step".to_owned())?;
        self.value(Space::Results, what, value);
        Ok(())
    }

    fn checkpoint(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let Some((branch, position)) = keys::place_of(key) else {
            return self.strange(Space::Checkpoints, key);
        };
        let what = format!("the checkpoint {}", self.place(branch, position));
        self.refers(Space::Branches, &keys::branch(branch), &what, || format!("branch {branch}"))?;
        self.read::<CheckpointRecord>(Space::Checkpoints, what, value);
        Ok(())
    }

    fn acceptance(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let Some((branch, position)) = keys::place_before_serial(key) else {
            return self.strange(Space::Acceptances, key);
        };
        let what = format!("the acceptance {}", self.place(branch, position));
        let step = keys::place(branch, position);
        self.refers(Space::Steps, &step, &what, || "its step".to_owned())?;
        if let Some(acceptance) = self.read::<Acceptance>(Space::Acceptances, what.clone(), value) {
            let print = acceptance.print;
            self.refers(Space::Prints, print.as_bytes(), &what, || format!("print {print}"))?;
        }
        Ok(())
    }

    fn seal(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let Some((branch, from)) = keys::place_before_serial(key) else {
            return self.strange(Space::Seals, key);
        };
        let what = format!("the seal {}", self.place(branch, from));
        let Some(seal) = self.read::<SealRecord>(Space::Seals, what.clone(), value) else {
            return Ok(());
        };
        let what = format!("{what}, of `{}`", seal.path);
        let mut named = Vec::new();
        match seal.until.checked_sub(1).filter(|last| *last >= from) {
            Some(last) => {
                let step = format!("its last step, at position {last},");
                named.push((Space::Steps, keys::place(branch, last), step));
            }
            None => {
                let found = format!("it ends at position {}, before its first step", seal.until);
                self.find(Space::Seals, what.clone(), found);
            }
        }
        for print in seal.prints() {
            named.push((Space::Prints, print.as_bytes().to_vec(), format!("print {print}")));
        }
        for &serial in &seal.failures {
            named.push((Space::Failures, keys::serial(serial), format!("failure {serial}")));
        }
        let session = format!("session {}", seal.session);
        named.push((Space::Sessions, keys::serial(seal.session), session));
        for (space, key, other) in named {
            // What is missing may mean more elsewhere; here it is one stage that is not skipped.
            if self.snapshot.get(space, &key)?.is_none() {
                self.find(Space::Seals, what.clone(), format!("{other} is missing"));
            }
        }
        self.message_pack(Space::Seals, what, &seal.result);
        Ok(())
    }

    fn print(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let what = format!("print {}", hex(key));
        if self.read::<Print>(Space::Prints, what.clone(), value).is_none() {
            return Ok(());
        }
        // The checksum fits, so this is what was written: under another key.
        if codec::check(value).is_ok_and(|payload| Digest::of(payload).as_bytes() != key) {
            self.find(
                Space::Prints,
                what,
                "it does not have the hash that it is named by".to_owned(),
            );
        }
        Ok(())
    }

    fn failure(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let what = format!("failure {}", number(key));
        let Some(failure) = self.read::<FailureRecord>(Space::Failures, what.clone(), value) else {
            return Ok(());
        };
        if !self.branches.contains_key(&failure.branch) {
            self.find(
                Space::Failures,
                what.clone(),
                format!("there is no branch {}", failure.branch),
            );
        }
        self.refers(Space::Prints, failure.print.as_bytes(), &what, || {
            format!("print {}", failure.print)
        })
    }

    fn log(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let (what, space, of) = match key.split_first() {
            Some((0, place)) if keys::place_of(place).is_some() => {
                let (branch, position) = keys::place_of(place).unwrap_or_default();
                (format!("the log {}", self.place(branch, position)), Space::Steps, place)
            }
            Some((1, serial)) => {
                (format!("the log of failure {}", number(serial)), Space::Failures, serial)
            }
            _ => return self.strange(Space::Logs, key),
        };
        if self.snapshot.get(space, of)?.is_none() {
            self.find(Space::Logs, what.clone(), "what it is of is missing".to_owned());
        }
        self.read::<CapturedLog>(Space::Logs, what, value);
        Ok(())
    }

    fn state(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let Some(row) = keys::state_of(key) else {
            return self.strange(Space::State, key);
        };
        let table = String::from_utf8_lossy(&row.table).into_owned();
        let place = self.place(row.branch, row.version);
        let what = format!("the value of key {} of table `{table}` {place}", hex(&row.key));
        let step = keys::place(row.branch, row.version);
        self.refers(Space::Steps, &step, &what, || "the step that wrote it".to_owned())?;
        // No bytes: the key was removed there.
        if !value.is_empty() {
            self.value(Space::State, what, value);
        }
        Ok(())
    }

    /// Decodes a sealed value.
    fn read<T: DeserializeOwned>(&mut self, space: Space, what: String, value: &[u8]) -> Option<T> {
        let decoded = codec::open(value);
        decoded.map_err(|error| self.findings.push(Finding::new(what, &error, meaning(space)))).ok()
    }

    /// Checks a sealed value of any type.
    fn value(&mut self, space: Space, what: String, value: &[u8]) {
        let payload = match codec::check(value) {
            Ok(payload) => payload,
            Err(error) => {
                self.findings.push(Finding::new(what, &error, meaning(space)));
                return;
            }
        };
        self.message_pack(space, what, payload);
    }

    fn message_pack(&mut self, space: Space, what: String, payload: &[u8]) {
        let mut rest = payload;
        let decoded = rmpv::decode::read_value(&mut rest);
        if decoded.is_err() || !rest.is_empty() {
            self.find(space, what, "the bytes are no MessagePack".to_owned());
        }
    }

    /// Checks that what a row refers to is there.
    fn refers(
        &mut self,
        space: Space,
        key: &[u8],
        what: &str,
        other: impl FnOnce() -> String,
    ) -> Result<(), StoreError> {
        if self.snapshot.get(space, key)?.is_none() {
            self.find(space, what.to_owned(), format!("{} is missing", other()));
        }
        Ok(())
    }

    fn strange(&mut self, space: Space, key: &[u8]) -> Result<(), StoreError> {
        let what = format!("a row of `{}` with the key {}", space.kind(), hex(key));
        self.find(space, what, "no such key is ever written".to_owned());
        Ok(())
    }

    fn find(&mut self, space: Space, what: String, found: String) {
        let meaning: Meaning = meaning(space);
        self.findings.push(Finding::because(what, found, meaning));
    }

    fn place(&self, branch: u32, position: u64) -> String {
        match self.branches.get(&branch) {
            Some(of) => format!("at position {position} of branch `{}` of `{}`", of.name, of.run),
            None => format!("at position {position} of branch {branch}"),
        }
    }
}

fn number(key: &[u8]) -> u64 {
    keys::last_u64(key).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
