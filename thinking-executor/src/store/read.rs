//! Reads records: from the store of this process, or from a snapshot of another's.

use std::ops::Bound;
use std::rc::Rc;

use super::{FORMAT_KEY, Line, Lineage, open};
use crate::digest::Digest;
use crate::error::StoreError;
use crate::history::{Branch, FailureRecord, Print, SessionRecord, StepRecord};
use crate::keys;
use crate::storage::{Row, Snapshot, Space};

/// The records as one snapshot sees them.
#[derive(Clone)]
pub(crate) struct Records {
    snapshot: Rc<dyn Snapshot>,
}

impl Records {
    pub(crate) fn new(snapshot: Box<dyn Snapshot>) -> Records {
        Records { snapshot: snapshot.into() }
    }

    /// Returns the version of the store; `None` if it is none yet.
    pub(crate) fn format(&self) -> Result<Option<u32>, StoreError> {
        let bytes = self.snapshot.get(Space::Meta, FORMAT_KEY)?;
        let version = |bytes: Vec<u8>| bytes.try_into().map(u32::from_le_bytes);
        Ok(bytes.map(|bytes| version(bytes).unwrap_or_default()))
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

    fn branch(&self, id: u32) -> Result<Option<Branch>, StoreError> {
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
        self.line(Space::Steps, lineage, from).map(|row| {
            let (position, bytes) = row?;
            Ok((position, open(|| format!("the record at position {position}"), &bytes)?))
        })
    }

    pub(crate) fn sessions(&self) -> Result<Vec<(u64, SessionRecord)>, StoreError> {
        let sessions = self.all(Space::Sessions)?.map(|row| {
            let (key, bytes) = row?;
            let serial = keys::last_u64(&key).unwrap_or_default();
            Ok((serial, open(|| format!("session {serial}"), &bytes)?))
        });
        sessions.collect()
    }

    pub(crate) fn failure(&self, serial: u64) -> Result<Option<FailureRecord>, StoreError> {
        let bytes = self.snapshot.get(Space::Failures, &keys::serial(serial))?;
        bytes.map(|bytes| open(|| format!("failure {serial}"), &bytes)).transpose()
    }

    pub(crate) fn failures(&self) -> Result<Vec<FailureRecord>, StoreError> {
        let failures = self.all(Space::Failures)?.map(|row| {
            let (key, bytes) = row?;
            let serial = keys::last_u64(&key).unwrap_or_default();
            open(|| format!("failure {serial}"), &bytes)
        });
        failures.collect()
    }

    /// Returns a print, which is there if a record names it.
    pub(crate) fn print(&self, digest: Digest) -> Result<Print, StoreError> {
        let what = || format!("print {digest}");
        let bytes = self.snapshot.get(Space::Prints, digest.as_bytes())?;
        let bytes = bytes.ok_or_else(|| StoreError::Missing { what: what() })?;
        open(what, &bytes)
    }
}
