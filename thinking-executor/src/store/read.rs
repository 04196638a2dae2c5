//! Reads records: from the store of this process, or from a snapshot of another's.

use std::ops::Bound;
use std::rc::Rc;

use super::{FORMAT_KEY, Line, Lineage, OLDEST_FORMAT, STORE_FORMAT, open};
use crate::codec::{self, CodecError};
use crate::digest::Digest;
use crate::error::StoreError;
use crate::history::{
    Acceptance, Branch, DONE, Ending, FailureRecord, Print, SealRecord, SessionRecord, StepHead,
    StepRecord,
};
use crate::keys;
use crate::state::{StateRows, TableTypes};
use crate::storage::{Row, Snapshot, Space};

/// How many records before one that cannot be read are looked at for a step's name.
const LOOKED_BACK_MAX: u64 = 100;

/// The records as one snapshot sees them.
#[derive(Clone)]
pub(crate) struct Records {
    snapshot: Rc<dyn Snapshot>,
}

impl Records {
    pub(crate) fn new(snapshot: Box<dyn Snapshot>) -> Records {
        Records { snapshot: snapshot.into() }
    }

    fn format(&self) -> Result<Option<u32>, StoreError> {
        let bytes = self.snapshot.get(Space::Meta, FORMAT_KEY)?;
        let version = |bytes: Vec<u8>| bytes.try_into().map(u32::from_le_bytes);
        Ok(bytes.map(|bytes| version(bytes).unwrap_or_default()))
    }

    /// Returns the version of the store, whose rows can be read; `None` if it is none yet.
    pub(crate) fn known_format(&self) -> Result<Option<u32>, StoreError> {
        match self.format()? {
            Some(found) if !(OLDEST_FORMAT..=STORE_FORMAT).contains(&found) => {
                Err(StoreError::Format { found, known: STORE_FORMAT })
            }
            format => Ok(format),
        }
    }

    pub(crate) fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.snapshot.get(space, key)?)
    }

    pub(crate) fn all(
        &self,
        space: Space,
    ) -> Result<impl Iterator<Item = Result<Row, StoreError>> + use<>, StoreError> {
        let rows = self.snapshot.range(space, Bound::Unbounded, Bound::Unbounded)?;
        Ok(rows.map(|row| Ok(row?)))
    }

    fn last(&self, space: Space) -> Result<Option<Row>, StoreError> {
        let mut rows = self.snapshot.range(space, Bound::Unbounded, Bound::Unbounded)?;
        Ok(rows.next_back().transpose()?)
    }

    /// Returns the number for the next row of a kind that is numbered from 1.
    pub(crate) fn next_serial(&self, space: Space) -> Result<u64, StoreError> {
        let last = self.last(space)?.and_then(|(key, _)| keys::last_u64(&key));
        Ok(last.unwrap_or_default() + 1)
    }

    pub(crate) fn next_branch(&self) -> Result<u32, StoreError> {
        let last = self.last(Space::Branches)?.and_then(|(key, _)| keys::u32_of(&key));
        Ok(last.map_or(0, |last| last + 1))
    }

    /// Returns the state that a line sees below a version.
    pub(crate) fn state(&self, lineage: Lineage, below: u64) -> StateRows {
        let (snapshot, lineage) = (self.snapshot.clone(), Rc::new(lineage));
        StateRows { snapshot, lineage, below, overlays: Vec::new() }
    }

    /// Returns each table of state with its types, in the order of their names.
    pub(crate) fn tables(&self) -> Result<Vec<(String, TableTypes)>, StoreError> {
        let tables = self.all(Space::Tables)?.map(|row| {
            let (name, types) = row?;
            let name = String::from_utf8_lossy(&name).into_owned();
            let types = open(|| format!("the types of table `{name}`"), &types)?;
            Ok((name, types))
        });
        tables.collect()
    }

    /// Returns each run's name with its current branch.
    pub(crate) fn heads(&self) -> Result<Vec<(String, u32)>, StoreError> {
        let heads = self.all(Space::Heads)?.map(|row| {
            let (run, branch) = row?;
            let branch = keys::u32_of(&branch).unwrap_or_default();
            Ok((String::from_utf8_lossy(&run).into_owned(), branch))
        });
        heads.collect()
    }

    pub(crate) fn head(&self, run: &str) -> Result<Option<u32>, StoreError> {
        let head = self.snapshot.get(Space::Heads, run.as_bytes())?;
        Ok(head.and_then(|branch| keys::u32_of(&branch)))
    }

    pub(crate) fn branches(&self) -> Result<Vec<(u32, Branch)>, StoreError> {
        let branches = self.all(Space::Branches)?.map(|row| {
            let (id, bytes) = row?;
            let id = keys::u32_of(&id).unwrap_or_default();
            Ok((id, open(|| format!("branch {id}"), &bytes)?))
        });
        branches.collect()
    }

    pub(crate) fn branch(&self, id: u32) -> Result<Option<Branch>, StoreError> {
        let bytes = self.snapshot.get(Space::Branches, &keys::branch(id))?;
        bytes.map(|bytes| open(|| format!("branch {id}"), &bytes)).transpose()
    }

    pub(crate) fn lineage(&self, branch: u32) -> Result<Lineage, StoreError> {
        Lineage::of(branch, |id| Ok(self.branch(id)?.and_then(|branch| branch.parent)))
    }

    /// Returns how many positions a branch has, its ancestors' included.
    pub(crate) fn length(&self, lineage: &Lineage) -> Result<u64, StoreError> {
        let Some(own) = lineage.segments.first() else {
            return Ok(0);
        };
        let (from, to) = (keys::place(own.branch, 0), keys::place(own.branch, u64::MAX));
        let (from, to) = (Bound::Included(&*from), Bound::Included(&*to));
        let mut rows = self.snapshot.range(Space::Steps, from, to)?;
        let last = rows.next_back().transpose()?;
        let position = last.and_then(|(key, _)| keys::last_u64(&key));
        Ok(position.map_or(own.from, |position| position + 1))
    }

    /// Returns the sealed record of the step at a position of a branch itself.
    pub(crate) fn sealed_step(&self, branch: u32, position: u64) -> Result<Vec<u8>, StoreError> {
        let sealed = self.snapshot.get(Space::Steps, &keys::place(branch, position))?;
        sealed
            .ok_or_else(|| StoreError::Missing { what: format!("the step at position {position}") })
    }

    /// Returns the rows of one kind along a line, from a position on.
    pub(crate) fn line(&self, space: Space, lineage: &Lineage, from: u64) -> Line {
        Line::new(self.snapshot.clone(), space, lineage, from)
    }

    /// Returns the finished steps along a line, from a position on, with their positions.
    pub(crate) fn steps(
        &self,
        lineage: &Lineage,
        from: u64,
    ) -> impl Iterator<Item = Result<(u64, StepRecord), StoreError>> + use<> {
        let (records, line) = (self.clone(), lineage.clone());
        self.line(Space::Steps, lineage, from).map(move |row| {
            let (position, bytes) = row?;
            let step = codec::open(&bytes);
            Ok((position, step.map_err(|error| records.unreadable(&line, position, error))?))
        })
    }

    /// Reads what decides about a step from its sealed record.
    pub(crate) fn step_head<'a>(
        &self,
        lineage: &Lineage,
        position: u64,
        sealed: &'a [u8],
    ) -> Result<StepHead<'a>, StoreError> {
        StepHead::open(sealed).map_err(|error| self.unreadable(lineage, position, error))
    }

    /// Makes the error about a step's record that cannot be read. What it is called is told by a
    /// record before it, as its own path cannot be read, either.
    pub(crate) fn unreadable(
        &self,
        lineage: &Lineage,
        position: u64,
        source: CodecError,
    ) -> StoreError {
        let path_at = |position| {
            let sealed = self.sealed_step(lineage.owner(position)?, position).ok()?;
            StepHead::open(&sealed).ok().map(|head| (position, head.path.to_owned()))
        };
        let before = position.saturating_sub(LOOKED_BACK_MAX)..position;
        let what = match before.rev().find_map(path_at) {
            Some((before, path)) => match position - before {
                1 => format!("the record of the step after `{path}`"),
                after => format!("the record of the {after}th step after `{path}`"),
            },
            None if position == 0 => "the record of the first step".to_owned(),
            None => "the record of a step".to_owned(),
        };
        StoreError::Unreadable { what: format!("{what} (position {position})"), source }
    }

    pub(crate) fn sessions(&self) -> Result<Vec<(u64, SessionRecord)>, StoreError> {
        let sessions = self.all(Space::Sessions)?.map(|row| {
            let (key, bytes) = row?;
            let serial = keys::last_u64(&key).unwrap_or_default();
            Ok((serial, open(|| format!("session {serial}"), &bytes)?))
        });
        sessions.collect()
    }

    /// Returns the end of the last session of a run that was done with a branch and a position.
    pub(crate) fn done_at(
        &self,
        run: &str,
        (branch, position): (u32, u64),
    ) -> Result<Option<Ending>, StoreError> {
        let rows = self.snapshot.range(Space::Sessions, Bound::Unbounded, Bound::Unbounded)?;
        for row in rows.rev() {
            let (key, bytes) = row?;
            let serial = keys::last_u64(&key).unwrap_or_default();
            let session: SessionRecord = open(|| format!("session {serial}"), &bytes)?;
            let done = session.run == run && session.outcome.as_deref() == Some(DONE);
            let here = |ending: &Ending| (ending.branch, ending.position) == (branch, position);
            if let Some(ending) = session.ending.filter(|ending| done && here(ending)) {
                return Ok(Some(ending));
            }
        }
        Ok(None)
    }

    pub(crate) fn session(&self, serial: u64) -> Result<Option<SessionRecord>, StoreError> {
        let bytes = self.snapshot.get(Space::Sessions, &keys::serial(serial))?;
        bytes.map(|bytes| open(|| format!("session {serial}"), &bytes)).transpose()
    }

    pub(crate) fn failure(&self, serial: u64) -> Result<Option<FailureRecord>, StoreError> {
        let bytes = self.snapshot.get(Space::Failures, &keys::serial(serial))?;
        bytes.map(|bytes| open(|| format!("failure {serial}"), &bytes)).transpose()
    }

    /// Returns the attempts that failed, with their serial numbers.
    pub(crate) fn failures(&self) -> Result<Vec<(u64, FailureRecord)>, StoreError> {
        let failures = self.all(Space::Failures)?.map(|row| {
            let (key, bytes) = row?;
            let serial = keys::last_u64(&key).unwrap_or_default();
            Ok((serial, open(|| format!("failure {serial}"), &bytes)?))
        });
        failures.collect()
    }

    /// Returns the acceptances of the step at a position of a branch itself, the oldest first.
    pub(crate) fn acceptances(
        &self,
        branch: u32,
        position: u64,
    ) -> Result<Vec<Acceptance>, StoreError> {
        let from = keys::acceptance(branch, position, 0);
        let to = keys::acceptance(branch, position, u64::MAX);
        let (from, to) = (Bound::Included(&*from), Bound::Included(&*to));
        let rows = self.snapshot.range(Space::Acceptances, from, to)?;
        let what = || format!("an acceptance of the step at position {position}");
        rows.map(|row| open(what, &row?.1)).collect()
    }

    /// Returns the seals of stages whose last step is on a branch and whose first one is at a
    /// position, the newest first, with their serial numbers.
    pub(crate) fn seals_from(
        &self,
        branch: u32,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<(u64, SealRecord), StoreError>> + use<>, StoreError>
    {
        let (first, last) = (keys::seal(branch, from, 0), keys::seal(branch, from, u64::MAX));
        let (first, last) = (Bound::Included(&*first), Bound::Included(&*last));
        let rows = self.snapshot.range(Space::Seals, first, last)?.rev();
        let what = move || format!("a seal of a stage from position {from} on");
        Ok(rows.map(move |row| {
            let (key, sealed) = row?;
            Ok((keys::last_u64(&key).unwrap_or_default(), open(what, &sealed)?))
        }))
    }

    /// Returns the number for the next seal of a place.
    pub(crate) fn next_seal(&self, branch: u32, from: u64) -> Result<u64, StoreError> {
        let (first, last) = (keys::seal(branch, from, 0), keys::seal(branch, from, u64::MAX));
        let (first, last) = (Bound::Included(&*first), Bound::Included(&*last));
        let last = self.snapshot.range(Space::Seals, first, last)?.next_back().transpose()?;
        Ok(last.and_then(|(key, _)| keys::last_u64(&key)).unwrap_or_default() + 1)
    }

    /// Returns the seals of stages that lie whole on a line, up to a position, with the position of
    /// the first step of each; those of a branch together, the oldest first. One that cannot be
    /// read seals nothing.
    pub(crate) fn seals(
        &self,
        lineage: &Lineage,
        end: u64,
    ) -> Result<Vec<(u64, SealRecord)>, StoreError> {
        let mut seals = Vec::new();
        for segment in lineage.segments.iter().rev() {
            let (first, last) =
                (keys::place(segment.branch, 0), keys::place(segment.branch, segment.below));
            let (first, last) = (Bound::Included(&*first), Bound::Excluded(&*last));
            for row in self.snapshot.range(Space::Seals, first, last)? {
                let (key, sealed) = row?;
                let (_, from) = keys::place_before_serial(&key).unwrap_or_default();
                let seal: Option<SealRecord> = codec::open(&sealed).ok();
                let is_whole = |seal: &SealRecord| seal.until <= segment.below.min(end);
                seals.extend(seal.filter(is_whole).map(|seal| (from, seal)));
            }
        }
        Ok(seals)
    }

    /// Returns a print, which is there if a record names it.
    pub(crate) fn print(&self, digest: Digest) -> Result<Print, StoreError> {
        let what = || format!("print {digest}");
        let bytes = self.snapshot.get(Space::Prints, digest.as_bytes())?;
        let bytes = bytes.ok_or_else(|| StoreError::Missing { what: what() })?;
        open(what, &bytes)
    }
}
