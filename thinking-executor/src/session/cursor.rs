//! Where a session stands in its run's history, and what is recorded there.

use std::rc::Rc;
use std::time::Duration;

use rustc_hash::FxHashMap;

use crate::digest::Digest;
use crate::error::StoreError;
use crate::history::{Print, StepHead};
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
    /// Open while there is something to replay: an open reader keeps the store from reusing
    /// space.
    history: Option<History>,
    /// The serial numbers of the failures that were met since the last finished step.
    pub(crate) failures: Vec<u64>,
    pub(crate) reused: u64,
    pub(crate) executed: u64,
}

/// What is recorded from the cursor on, read row by row.
pub(crate) struct History {
    pub(crate) records: Records,
    steps: Line,
    results: Line,
    /// The sealed record of the next step.
    pub(crate) head: Vec<u8>,
    prints: FxHashMap<Digest, Rc<Print>>,
}

impl Cursor {
    /// Stands before the first step of a branch.
    pub(crate) fn new(records: &Records, branch: u32) -> Result<Cursor, StoreError> {
        let lineage = Rc::new(records.lineage(branch)?);
        let recorded = records.length(&lineage)?;
        let history = match recorded {
            0 => None,
            _ => Some(History::new(records.clone(), &lineage, 0)?),
        };
        Ok(Cursor {
            branch,
            lineage,
            next: 0,
            recorded,
            history,
            failures: Vec::new(),
            reused: 0,
            executed: 0,
        })
    }

    /// Returns what is recorded from the next position on; nothing at the end.
    pub(crate) fn history(&mut self) -> Option<&mut History> {
        self.history.as_mut()
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

    /// Stands behind a step that was executed.
    pub(crate) fn executed(&mut self) {
        self.next += 1;
        self.recorded = self.next;
        self.executed += 1;
        self.failures.clear();
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
        self.recorded = self.next;
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
        Ok(History { records, steps, results, head, prints: FxHashMap::default() })
    }

    /// Returns a print, from memory where it was asked for before.
    pub(crate) fn print(&mut self, digest: Digest) -> Result<Rc<Print>, StoreError> {
        if let Some(print) = self.prints.get(&digest) {
            return Ok(print.clone());
        }
        let print = Rc::new(self.records.print(digest)?);
        self.prints.insert(digest, print.clone());
        Ok(print)
    }
}

/// Reads what decides about a step.
pub(crate) fn head(sealed: &[u8], position: u64) -> Result<StepHead<'_>, StoreError> {
    StepHead::open(sealed).map_err(|source| StoreError::Unreadable {
        what: format!("the record at position {position}"),
        source,
    })
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
