//! What is recorded in a store, for people and tools, read from a copy.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::SignedDuration;
use thinking_dbs::{DatabaseError, Owner, Snapshot};
use thiserror::Error;

use crate::error::StoreError;
use crate::history::{FailureRecord, SessionRecord, StepRecord};
use crate::selector::{self, Place, Selector, SelectorError};
use crate::storage;
use crate::store::{Lineage, Records, artifact_directory, migration};

mod branches;
mod clock;
mod diff;
mod export;
mod key;
mod logs;
mod state;
mod status;
mod table;
mod task;
mod tree;
mod value;

pub use branches::{BranchView, ForkPoint, branches_text};
pub use clock::WallClock;
pub use diff::{
    Change, ChangeCount, Diff, DiffLimits, RowDiff, SideStep, Sides, StepDiff, TableDiff,
};
pub use export::{ExportError, StepArtifact};
pub use logs::{StepLog, logs_text};
pub use state::{StateTable, TableRow, TableRows, rows_csv, rows_text, tables_text};
pub use status::{RunStatus, Status};
pub use task::{
    ChildView, FailureView, SealView, SessionView, StageView, StepInputs, StepSummary, StepView,
    TaskView,
};
pub use tree::{Node, TreeLimits};
pub use value::Value;

/// A store at one moment, to read while a process may be writing it.
///
/// ```no_run
/// use std::path::Path;
///
/// use thinking_executor::{TaskView, View};
///
/// let view = View::open(Path::new(".thinking/executor.redb"))?;
/// let place = view.find(&"main:epoch[38]".parse()?)?;
/// if let TaskView::Step(step) = view.task(&place)? {
///     println!("{} took {} s and returned {}", step.path, step.seconds, step.result);
/// }
/// for row in view.rows("metrics", &place)? {
///     let row = row?;
///     println!("{} {}", row.key, row.value);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct View {
    pub(crate) records: Records,
    path: PathBuf,
    owner: Option<Owner>,
    /// Deleted after the records that are read from it.
    _snapshot: Snapshot,
}

/// Why something recorded cannot be shown.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ViewError {
    /// The file cannot be copied or opened.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Its records cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such place.
    #[error(transparent)]
    NoPlace(#[from] SelectorError),
    /// There is no such table of state.
    #[error("there is no table `{table}`; {}", known_tables(known))]
    NoTable {
        /// The name that was given.
        table: String,
        /// Those that there are.
        known: Vec<String>,
    },
}

impl View {
    /// Copies the store at `path`, so that a running process is not disturbed, and opens the copy.
    /// Costs a copy of the file; records are read when they are asked for.
    ///
    /// # Errors
    ///
    /// There is no store, or it cannot be read; it is as it was.
    pub fn open(path: &Path) -> Result<View, ViewError> {
        let snapshot = Snapshot::take("store", path)?;
        migration::migrate(snapshot.redb(), || snapshot.redb().begin_write())?;
        let records = Records::new(Box::new(storage::snapshot(snapshot.redb())?));
        // A store that was created a moment ago has no rows yet.
        records.known_format()?;
        let owner = Owner::of(path);
        Ok(View { records, path: path.to_owned(), owner, _snapshot: snapshot })
    }

    /// Returns the store's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the process that is writing the store, if one is.
    pub fn owner(&self) -> Option<&Owner> {
        self.owner.as_ref()
    }

    /// Finds the place that a selector means. Costs a look at the path of each step of a branch,
    /// up to the one that is meant if its whole path is given.
    ///
    /// # Errors
    ///
    /// [`ViewError::NoPlace`] if there is none or several, or the store cannot be read.
    pub fn find(&self, selector: &Selector) -> Result<Place, ViewError> {
        Ok(selector::find(&self.records, selector)??)
    }

    /// Returns the whole current branch of each run, in the order of their names.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn current(&self) -> Result<Vec<Place>, ViewError> {
        let branches = selector::known_branches(&self.records)?;
        let mut places = Vec::new();
        for branch in branches.iter().filter(|branch| branch.is_current) {
            let length = self.records.length(&self.lineage(branch.line)?)?;
            places.push(Place::whole(branch, length));
        }
        places.sort_by(|a, b| a.run.cmp(&b.run));
        Ok(places)
    }

    /// Returns the directory of the artifacts.
    pub(crate) fn artifacts(&self) -> PathBuf {
        artifact_directory(&self.path)
    }

    pub(crate) fn lineage(&self, line: u32) -> Result<Lineage, StoreError> {
        self.records.lineage(line)
    }

    /// Returns the records of the steps at a place, in order.
    pub(crate) fn records_of(
        &self,
        place: &Place,
    ) -> Result<impl Iterator<Item = Result<(u64, StepRecord), StoreError>> + use<>, StoreError>
    {
        let steps = self.records.steps(&self.lineage(place.line)?, place.positions.start);
        // An error ends what is read.
        let end = place.positions.end;
        let count = place.positions.end.saturating_sub(place.positions.start);
        Ok(steps
            .take(usize::try_from(count).unwrap_or(usize::MAX))
            .take_while(move |step| step.as_ref().map_or(true, |(position, _)| *position < end)))
    }

    /// Returns the attempts that failed along a line, in order, with their serial numbers.
    pub(crate) fn failures_on(
        &self,
        lineage: &Lineage,
    ) -> Result<Vec<(u64, FailureRecord)>, StoreError> {
        let mut failures = self.records.failures()?;
        failures.retain(|(_, failure)| selector::is_on(lineage, failure));
        Ok(failures)
    }

    /// Tells whether the process of a session is working now.
    pub(crate) fn is_running(&self, session: &SessionRecord) -> bool {
        let is = |owner: &Owner| owner.pid == session.pid && owner.host == session.host;
        session.outcome.is_none() && self.owner.as_ref().is_some_and(is)
    }
}

fn known_tables(known: &[String]) -> String {
    match known {
        [] => "there are none yet".to_owned(),
        known => format!("known tables: {}", known.join(", ")),
    }
}

/// Writes a duration as people do, to two or three figures: `1h 5m`, `2.3s`, `14ms`, `80µs`.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds >= 60.0 {
        let whole = SignedDuration::from_secs(seconds.round() as i64);
        return format!("{whole:#}");
    }
    match seconds {
        s if s >= 1.0 => format!("{s:.1}s"),
        s if s >= 1e-3 => format!("{:.0}ms", s * 1e3),
        s => format!("{:.0}µs", s * 1e6),
    }
}

/// Writes a number of things: `1 step`, `2 steps`.
pub(crate) fn count(count: u64, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        count => format!("{count} {thing}s"),
    }
}

pub(crate) fn seconds(seconds: f64) -> String {
    duration(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}
