//! Where a session stands in its run's history, and what is recorded there.

use std::rc::Rc;
use std::time::Duration;

use crate::error::StoreError;
use crate::history::FailureRecord;
use crate::replay::Candidate;
use crate::storage::Space;
use crate::store::{Line, Lineage, Records};

/// Where the session stands.
pub(crate) struct Cursor {
    pub(crate) branch: u32,
    pub(crate) lineage: Rc<Lineage>,
    /// The position of the next step.
    pub(crate) next: u64,
    /// How many positions are recorded; those below are replayed.
    pub(crate) recorded: u64,
    /// Whether a change made the branch and nothing ran on it yet.
    pub(crate) is_fresh: bool,
    /// Open while there is something to replay: an open reader keeps the store from reusing
    /// space.
    history: Option<History>,
    /// What failed behind the last recorded step and was handled, in the last session that was done
    /// there.
    tail: Vec<Tail>,
    /// The serial numbers of the failures that were met since the last finished step.
    pub(crate) failures: Vec<u64>,
    pub(crate) reused: u64,
    pub(crate) executed: u64,
}

/// A handled failure that no step follows.
pub(crate) struct Tail {
    pub(crate) serial: u64,
    pub(crate) failure: FailureRecord,
}

/// What is recorded from the cursor on, read row by row.
pub(crate) struct History {
    pub(crate) records: Records,
    steps: Line,
    results: Line,
    /// The sealed record of the next step.
    pub(crate) head: Vec<u8>,
}

impl Cursor {
    /// Stands before the first step of a branch.
    pub(crate) fn new(records: &Records, run: &str, branch: u32) -> Result<Cursor, StoreError> {
        let lineage = records.lineage(branch)?;
        let recorded = records.length(&lineage)?;
        let record = records.branch(branch)?;
        let is_fresh = record.is_some_and(|branch| branch.is_fresh(recorded));
        let tail = tail(records, run, (branch, recorded))?;
        let mut cursor = Cursor { is_fresh, recorded, tail, ..Cursor::at_nothing(branch, lineage) };
        cursor.stand_at(records, 0)?;
        Ok(cursor)
    }

    /// Stands where nothing is recorded.
    pub(crate) fn at_nothing(branch: u32, lineage: Lineage) -> Cursor {
        Cursor {
            branch,
            lineage: Rc::new(lineage),
            next: 0,
            recorded: 0,
            is_fresh: false,
            history: None,
            tail: Vec::new(),
            failures: Vec::new(),
            reused: 0,
            executed: 0,
        }
    }

    /// Stands before any recorded step, or at the end.
    pub(crate) fn stand_at(&mut self, records: &Records, position: u64) -> Result<(), StoreError> {
        self.next = position;
        self.history = match position < self.recorded {
            true => Some(History::new(records.clone(), &self.lineage, position)?),
            false => None,
        };
        Ok(())
    }

    /// Goes on on another branch, which is the same up to here.
    pub(crate) fn go_on(
        &mut self,
        records: &Records,
        run: &str,
        candidate: Candidate,
    ) -> Result<(), StoreError> {
        self.tail = tail(records, run, (candidate.branch, candidate.length))?;
        self.branch = candidate.branch;
        self.lineage = Rc::new(candidate.lineage);
        self.recorded = candidate.length;
        self.is_fresh = candidate.is_fresh;
        self.stand_at(records, self.next)
    }

    /// Returns what is recorded from the next position on; nothing at the end.
    pub(crate) fn history(&mut self) -> Option<&mut History> {
        self.history.as_mut()
    }

    /// Returns what failed at the branch's end; nothing before it is reached.
    pub(crate) fn tail(&self) -> &[Tail] {
        match self.history {
            Some(_) => &[],
            None => &self.tail,
        }
    }

    /// Takes the sealed result of the next step, and stands behind it.
    pub(crate) fn reuse(&mut self) -> Result<Vec<u8>, StoreError> {
        let position = self.next;
        let history = self.history.as_mut().ok_or_else(|| missing(position))?;
        let sealed = next_row(&mut history.results, position)?;
        self.next += 1;
        self.reused += 1;
        self.failures.clear();
        if self.next == self.recorded {
            self.history = None;
        } else {
            history.head = next_row(&mut history.steps, self.next)?;
        }
        Ok(sealed)
    }

    /// Returns the serial numbers of the failures that what follows the steps below a recorded
    /// position names: the step there, or the end of the session that was done there.
    pub(crate) fn named_at(
        &self,
        records: &Records,
        position: u64,
    ) -> Result<Vec<u64>, StoreError> {
        if position == self.recorded {
            return Ok(self.tail.iter().map(|tail| tail.serial).collect());
        }
        let owner = self.lineage.owner(position).unwrap_or_default();
        let sealed = records.sealed_step(owner, position)?;
        Ok(records.step_head(&self.lineage, position, &sealed)?.failures)
    }

    /// Stands behind a recorded stage that is skipped whole, where so many failures were met since
    /// its last step.
    pub(crate) fn skip(
        &mut self,
        records: &Records,
        until: u64,
        failures: Vec<u64>,
    ) -> Result<(), StoreError> {
        self.reused += until - self.next;
        self.failures = failures;
        self.stand_at(records, until)
    }

    /// Stands behind a step that was executed.
    pub(crate) fn executed(&mut self) {
        self.next += 1;
        self.recorded = self.next;
        self.executed += 1;
        self.is_fresh = false;
        self.failures.clear();
        self.tail.clear();
    }

    /// Stands before the last steps that were executed.
    pub(crate) fn undo(&mut self, steps: u64) {
        self.next -= steps;
        self.recorded = self.next;
        self.executed -= steps;
    }

    /// Stands at the end of a branch that begins here.
    pub(crate) fn branch_off(&mut self, branch: u32, lineage: Lineage) {
        self.history = None;
        self.tail.clear();
        self.recorded = self.next;
        self.is_fresh = true;
        self.branch = branch;
        self.lineage = Rc::new(lineage);
    }

    /// Returns how many recorded steps are left, and how long they took.
    pub(crate) fn at_stake(&self) -> Result<(u64, Duration), StoreError> {
        let mut took = Duration::ZERO;
        if let Some(history) = &self.history {
            for step in history.records.steps(&self.lineage, self.next) {
                took += step?.1.took;
            }
        }
        Ok((self.recorded - self.next, took))
    }
}

impl History {
    fn new(records: Records, lineage: &Lineage, from: u64) -> Result<History, StoreError> {
        let mut steps = records.line(Space::Steps, lineage, from);
        let results = records.line(Space::Results, lineage, from);
        let head = next_row(&mut steps, from)?;
        Ok(History { records, steps, results, head })
    }
}

/// Reads what failed at the end of a branch.
fn tail(records: &Records, run: &str, end: (u32, u64)) -> Result<Vec<Tail>, StoreError> {
    let ending = records.done_at(run, end)?.unwrap_or_default();
    let mut tail = Vec::new();
    for serial in ending.failures {
        if let Some(failure) = records.failure(serial)? {
            tail.push(Tail { serial, failure });
        }
    }
    Ok(tail)
}

/// Returns the row of a position, which must be the next one: positions have no gaps.
fn next_row(line: &mut Line, position: u64) -> Result<Vec<u8>, StoreError> {
    match line.next().transpose()? {
        Some((found, row)) if found == position => Ok(row),
        _ => Err(missing(position)),
    }
}

fn missing(position: u64) -> StoreError {
    StoreError::Missing { what: format!("the step at position {position}") }
}
