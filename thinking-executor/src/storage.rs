//! Where a store's rows are kept: ordered bytes, read at a moment and changed by whole batches.

use std::ops::Bound;

use thinking_injection::BoxError;
use thiserror::Error;

#[cfg(feature = "conformance")]
pub mod conformance;
mod memory;
mod redb;

pub use memory::MemoryStorage;
pub use redb::RedbStorage;
pub(crate) use redb::{bytes_table, snapshot};

/// A kind of rows. Each kind has keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Space {
    /// What the store says of itself.
    Meta,
    /// Lines of history.
    Branches,
    /// The current branch of each run.
    Heads,
    /// Finished steps.
    Steps,
    /// What finished steps returned.
    Results,
    /// What results depend on, shared by the steps that depend on the same.
    Prints,
    /// The progress of steps that have not ended.
    Checkpoints,
    /// Attempts that failed.
    Failures,
    /// Processes that worked on a run.
    Sessions,
    /// Log lines of steps, finished or failed.
    Logs,
    /// The types of tables of state.
    Tables,
    /// Rows of versioned state.
    State,
    /// Results that are good though what they depend on had changed.
    Acceptances,
    /// Finished stages that are skipped whole.
    Seals,
}

impl Space {
    /// All kinds, in order.
    pub const ALL: [Space; 14] = [
        Space::Meta,
        Space::Branches,
        Space::Heads,
        Space::Steps,
        Space::Results,
        Space::Prints,
        Space::Checkpoints,
        Space::Failures,
        Space::Sessions,
        Space::Logs,
        Space::Tables,
        Space::State,
        Space::Acceptances,
        Space::Seals,
    ];

    /// Returns the name under which a database may keep it.
    pub const fn name(self) -> &'static str {
        match self {
            Space::Meta => "thinking.meta",
            Space::Branches => "thinking.branches",
            Space::Heads => "thinking.heads",
            Space::Steps => "thinking.steps",
            Space::Results => "thinking.results",
            Space::Prints => "thinking.prints",
            Space::Checkpoints => "thinking.checkpoints",
            Space::Failures => "thinking.failures",
            Space::Sessions => "thinking.sessions",
            Space::Logs => "thinking.logs",
            Space::Tables => "thinking.tables",
            Space::State => "thinking.state",
            Space::Acceptances => "thinking.acceptances",
            Space::Seals => "thinking.seals",
        }
    }

    /// Returns what people call it: its name, without what tells it from other databases' tables.
    pub fn kind(self) -> &'static str {
        self.name().trim_start_matches("thinking.")
    }
}

/// A store's rows. With the feature `conformance` there are checks of all that is said here.
pub trait Storage: Send + Sync {
    /// Returns the rows as the last commit left them. They stay so for as long as the snapshot
    /// lives; neither it nor a commit waits for the other.
    ///
    /// # Errors
    ///
    /// The rows cannot be read.
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StorageError>;

    /// Applies a batch: all of it or nothing. Snapshots taken after it see it. Once it returns, a
    /// durable batch, and all before it, survive a power cut.
    ///
    /// One batch is committed at a time; another one waits.
    ///
    /// # Errors
    ///
    /// The rows cannot be written. Nothing of the batch is to be seen, now or after a restart;
    /// unless it is the sync that failed: then it is there as a whole or not at all.
    fn commit(&self, batch: Batch) -> Result<(), StorageError>;
}

/// The rows of a store at one moment.
pub trait Snapshot: Send {
    /// Returns the value of a key.
    ///
    /// # Errors
    ///
    /// The rows cannot be read.
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StorageError>;

    /// Returns the rows between two keys, in the order of their bytes. They stay readable when
    /// the snapshot is dropped.
    ///
    /// # Errors
    ///
    /// The rows cannot be read; also in the place of a row, after which there are no more.
    fn range(
        &self,
        space: Space,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
    ) -> Result<Box<dyn Rows>, StorageError>;
}

/// A key with its value.
pub type Row = (Vec<u8>, Vec<u8>);

/// Rows in order, to be taken from both ends.
pub trait Rows: DoubleEndedIterator<Item = Result<Row, StorageError>> + Send {}

impl<T: DoubleEndedIterator<Item = Result<Row, StorageError>> + Send> Rows for T {}

/// Changes that are made together.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// In the order in which they were added; of a key the last one counts.
    changes: Vec<(Space, Vec<u8>, Option<Vec<u8>>)>,
    relaxed: bool,
}

impl Batch {
    /// Makes an empty one, which is durable.
    pub fn new() -> Batch {
        Batch::default()
    }

    /// Sets the value of a key.
    pub fn put(&mut self, space: Space, key: Vec<u8>, value: Vec<u8>) {
        self.changes.push((space, key, Some(value)));
    }

    /// Removes a key, if it is there.
    pub fn delete(&mut self, space: Space, key: Vec<u8>) {
        self.changes.push((space, key, None));
    }

    /// Adds the changes of a later batch, which is no less durable.
    pub fn append(&mut self, later: Batch) {
        self.changes.extend(later.changes);
        self.relaxed &= later.relaxed;
    }

    /// Lets the commit go without a sync: the next durable one brings both.
    pub fn relax(&mut self) {
        self.relaxed = true;
    }

    /// Tells whether the batch has to survive a power cut once it is committed.
    pub fn is_durable(&self) -> bool {
        !self.relaxed
    }

    /// Tells whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the changes, by kind and key, each key once: a value, or nothing where the key is
    /// removed. Sorts them.
    pub fn rows(&self) -> impl Iterator<Item = (Space, &[u8], Option<&[u8]>)> {
        let changes = self.changes.iter();
        let mut rows: Vec<_> =
            changes.map(|(space, key, value)| (*space, &**key, value.as_deref())).collect();
        rows.sort_by_key(|(space, key, _)| (*space, *key));
        // The sort keeps the order of one key's changes.
        rows.dedup_by(|later, earlier| {
            let same = (later.0, later.1) == (earlier.0, earlier.1);
            if same {
                earlier.2 = later.2;
            }
            same
        });
        rows.into_iter()
    }

    /// Returns the changes as they were added, to keep: of a key the last one counts.
    pub fn into_changes(self) -> impl Iterator<Item = (Space, Vec<u8>, Option<Vec<u8>>)> {
        self.changes.into_iter()
    }
}

/// Why rows could not be read or written.
#[derive(Debug, Error)]
#[error("the database failed")]
pub struct StorageError {
    #[from]
    source: BoxError,
}

impl StorageError {
    /// Takes the error of what keeps the rows.
    pub fn new(source: impl Into<BoxError>) -> StorageError {
        StorageError { source: source.into() }
    }
}
