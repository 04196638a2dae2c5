//! Reads records: from the store of this process, or from a snapshot of another's.

use redb::{ReadOnlyTable, ReadTransaction, ReadableTable, TableError};

use super::{
    BRANCHES, FAILURES, HEADS, Lineage, META, RESULTS, SESSIONS, STATE, STEPS, STORE_FORMAT,
    StateRow, open,
};
use crate::error::StoreError;
use crate::history::{Branch, FailureRecord, SessionRecord, StepRecord};

/// The records as one transaction sees them.
pub(crate) struct Records {
    transaction: ReadTransaction,
    steps: ReadOnlyTable<(u32, u64), &'static [u8]>,
    results: ReadOnlyTable<(u32, u64), &'static [u8]>,
}

impl Records {
    pub(crate) fn new(transaction: ReadTransaction) -> Result<Records, StoreError> {
        let steps = transaction.open_table(STEPS)?;
        let results = transaction.open_table(RESULTS)?;
        Ok(Records { transaction, steps, results })
    }

    /// As [`Records::new`], for a database that may be of another version; `None` if it is no
    /// store yet.
    pub(crate) fn checked(transaction: ReadTransaction) -> Result<Option<Records>, StoreError> {
        let meta = match transaction.open_table(META) {
            Err(TableError::TableDoesNotExist(_)) => return Ok(None),
            meta => meta?,
        };
        let found = meta.get(super::FORMAT_KEY)?.map_or(0, |bytes| format(bytes.value()));
        match found {
            STORE_FORMAT => Records::new(transaction).map(Some),
            found => Err(StoreError::Format { found, known: STORE_FORMAT }),
        }
    }

    /// Returns each run's name with its current branch.
    pub(crate) fn heads(&self) -> Result<Vec<(String, u32)>, StoreError> {
        let heads = self.transaction.open_table(HEADS)?;
        let heads = heads.iter()?.map(|row| {
            let (run, branch) = row?;
            Ok((run.value().to_owned(), branch.value()))
        });
        heads.collect()
    }

    pub(crate) fn head(&self, run: &str) -> Result<Option<u32>, StoreError> {
        Ok(self.transaction.open_table(HEADS)?.get(run)?.map(|branch| branch.value()))
    }

    pub(crate) fn branches(&self) -> Result<Vec<(u32, Branch)>, StoreError> {
        let branches = self.transaction.open_table(BRANCHES)?;
        let branches = branches.iter()?.map(|row| {
            let (id, bytes) = row?;
            Ok((id.value(), open("a branch", bytes.value())?))
        });
        branches.collect()
    }

    pub(crate) fn lineage(&self, branch: u32) -> Result<Lineage, StoreError> {
        let branches = self.transaction.open_table(BRANCHES)?;
        Lineage::of(branch, |id| match branches.get(id)? {
            Some(bytes) => Ok(open::<Branch>("a branch", bytes.value())?.parent),
            None => Ok(None),
        })
    }

    /// Returns how many positions a branch has, its ancestors' included.
    pub(crate) fn length(&self, lineage: &Lineage) -> Result<u64, StoreError> {
        let Some(own) = lineage.segments.first() else {
            return Ok(0);
        };
        let mut rows = self.steps.range((own.branch, 0)..=(own.branch, u64::MAX))?;
        Ok(match rows.next_back().transpose()? {
            Some((key, _)) => key.value().1 + 1,
            None => own.from,
        })
    }

    pub(crate) fn step(
        &self,
        lineage: &Lineage,
        position: u64,
    ) -> Result<Option<StepRecord>, StoreError> {
        let Some(branch) = lineage.locate(position) else {
            return Ok(None);
        };
        let what = || format!("the record at position {position}");
        match self.steps.get((branch, position))? {
            Some(bytes) => open(&what(), bytes.value()).map(Some),
            None => Ok(None),
        }
    }

    /// Returns the sealed result at a position.
    pub(crate) fn result(
        &self,
        lineage: &Lineage,
        position: u64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(branch) = lineage.locate(position) else {
            return Ok(None);
        };
        Ok(self.results.get((branch, position))?.map(|bytes| bytes.value().to_vec()))
    }

    pub(crate) fn sessions(&self) -> Result<Vec<(u64, SessionRecord)>, StoreError> {
        let sessions = self.transaction.open_table(SESSIONS)?;
        let sessions = sessions.iter()?.map(|row| {
            let (serial, bytes) = row?;
            Ok((serial.value(), open("a session", bytes.value())?))
        });
        sessions.collect()
    }

    pub(crate) fn failure(&self, serial: u64) -> Result<Option<FailureRecord>, StoreError> {
        let failures = self.transaction.open_table(FAILURES)?;
        let row = failures.get(serial)?;
        row.map(|bytes| open(&format!("the failure {serial}"), bytes.value())).transpose()
    }

    pub(crate) fn failures(&self) -> Result<Vec<FailureRecord>, StoreError> {
        let failures = self.transaction.open_table(FAILURES)?;
        let failures = failures.iter()?.map(|row| open("a failure", row?.1.value()));
        failures.collect()
    }

    pub(crate) fn state(
        &self,
    ) -> Result<ReadOnlyTable<StateRow, Option<&'static [u8]>>, StoreError> {
        Ok(self.transaction.open_table(STATE)?)
    }
}

/// Reads the version of a store; 0 for bytes that are none.
pub(super) fn format(bytes: &[u8]) -> u32 {
    bytes.try_into().map(u32::from_le_bytes).unwrap_or_default()
}
