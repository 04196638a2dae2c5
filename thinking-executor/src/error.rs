//! Why an experiment, or a task in it, did not come to its end.

use std::panic::Location;
use std::path::PathBuf;

use signal_hook::consts::{SIGINT, SIGTERM};
use thinking_injection::{BoxError, Outcome};
use thinking_runtime::exit_code;
use thiserror::Error;

use crate::codec::CodecError;
use crate::divergence::Divergence;
use crate::flow::Reason;
use crate::path::TaskPath;
use crate::selector::SelectorError;
use crate::storage::StorageError;
use crate::task_failure::{SharedError, failed};

/// Why a task, or the whole experiment, did not come to its end. What was committed stays.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExecutorError {
    /// A step returned an error, panicked, or took too long. Its data is as before; each attempt is
    /// recorded.
    #[error("{}", failed(true, path, *.attempts))]
    Step {
        /// The step.
        path: TaskPath,
        /// How many attempts were made.
        attempts: u32,
        /// What it returned.
        source: SharedError,
    },

    /// A step ran, but the store did not take what it wrote. Nothing of it was kept, and it runs
    /// again next time.
    #[error("step `{path}` could not be committed")]
    Commit {
        /// The step.
        path: TaskPath,
        /// Why.
        source: StoreError,
    },

    /// Steps that share a commit ran, but the store did not take what they wrote. Nothing of them
    /// was kept, and they run again next time.
    #[error("the last {steps} steps could not be committed")]
    GroupCommit {
        /// How many.
        steps: u64,
        /// Why.
        source: StoreError,
    },

    /// A stage's own code returned an error or panicked.
    #[error("{}", failed(false, path, 1))]
    Stage {
        /// The stage.
        path: TaskPath,
        /// What it returned.
        source: SharedError,
    },

    /// A recorded step no longer fits, and the policy is to ask. Nothing was executed.
    #[error("{0}")]
    Diverged(Box<Divergence>),

    /// A task ended the session by [`Flow`](crate::Flow). Nothing of a step that did was kept.
    #[error("`{path}` is to be continued")]
    ToBeContinued {
        /// The task.
        path: TaskPath,
        /// Why.
        source: Reason,
    },
    /// What is to be kept is no recorded step, or several. Nothing was executed.
    #[error("what is to be kept is no recorded step")]
    Keep(#[source] SelectorError),

    /// A signal asked the process to stop. No step was begun after it.
    #[error("interrupted by {}", signal_name(*.signal))]
    Interrupted {
        /// The signal's number.
        signal: i32,
    },

    /// The session is ending for another reason, so no more tasks are run.
    #[error("no more tasks are run: {reason}")]
    Ended {
        /// Why it is ending.
        reason: String,
    },

    /// Two siblings have the same identity in one session.
    #[error(
        "two tasks are `{path}`, the first at {first}, the second at {second}: give them different arguments or keys, or call the later one with `.occurrence(2)`"
    )]
    Duplicate {
        /// Their path.
        path: TaskPath,
        /// Where the first was run.
        first: &'static Location<'static>,
        /// Where the second was run.
        second: &'static Location<'static>,
    },

    /// A task was called as its occurrence 0.
    #[error("`{path}` is run as occurrence 0 at {place}: occurrences are counted from 1")]
    Occurrence {
        /// The path of the first occurrence.
        path: TaskPath,
        /// Where it was run.
        place: &'static Location<'static>,
    },

    /// An argument cannot be recorded. The task was not run.
    #[error("argument `{argument}` of `{path}` cannot be recorded")]
    Argument {
        /// The task.
        path: TaskPath,
        /// The argument's name.
        argument: &'static str,
        /// Why.
        source: CodecError,
    },

    /// A recorded result cannot be read as the step's result type.
    #[error(
        "the recorded result of `{path}` cannot be read; if its type changed, raise the step's `version`"
    )]
    Result {
        /// The step.
        path: TaskPath,
        /// Why.
        source: CodecError,
    },

    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

impl ExecutorError {
    /// Returns the process's exit code for this end: see [`exit_code`].
    pub fn exit_code(&self) -> u8 {
        match self {
            ExecutorError::Diverged(_) => exit_code::DIVERGED,
            ExecutorError::Keep(_) => exit_code::USAGE,
            ExecutorError::ToBeContinued { .. } => exit_code::TO_BE_CONTINUED,
            ExecutorError::Interrupted { signal } => match *signal {
                SIGINT | SIGTERM => exit_code::SIGNAL_BASE + *signal as u8,
                // One that the program was told to listen to: a scheduler says that time is up.
                _ => exit_code::TO_BE_CONTINUED,
            },
            _ => exit_code::FAILED,
        }
    }

    /// Returns the outcome that components hear if this is an end in order, and no failure.
    pub fn ended_in_order(&self) -> Option<Outcome> {
        match self {
            ExecutorError::Interrupted { signal } => {
                Some(Outcome::Interrupted(signal_name(*signal)))
            }
            ExecutorError::ToBeContinued { source, .. } => {
                Some(Outcome::ToBeContinued(source.to_string()))
            }
            _ => None,
        }
    }

    /// Returns the same failure of a task once more; `None` for what ends the session.
    pub(crate) fn shared(&self) -> Option<ExecutorError> {
        match self {
            ExecutorError::Step { path, attempts, source } => {
                let (path, source) = (path.clone(), source.clone());
                Some(ExecutorError::Step { path, attempts: *attempts, source })
            }
            ExecutorError::Stage { path, source } => {
                Some(ExecutorError::Stage { path: path.clone(), source: source.clone() })
            }
            _ => None,
        }
    }

    /// Returns the task at which it came to its end, if that is one.
    pub(crate) fn path(&self) -> Option<&TaskPath> {
        match self {
            ExecutorError::Step { path, .. }
            | ExecutorError::Commit { path, .. }
            | ExecutorError::Stage { path, .. }
            | ExecutorError::ToBeContinued { path, .. }
            | ExecutorError::Duplicate { path, .. }
            | ExecutorError::Occurrence { path, .. }
            | ExecutorError::Argument { path, .. }
            | ExecutorError::Result { path, .. } => Some(path),
            ExecutorError::Diverged(divergence) => Some(&divergence.path),
            ExecutorError::Interrupted { .. }
            | ExecutorError::Ended { .. }
            | ExecutorError::GroupCommit { .. }
            | ExecutorError::Keep(_)
            | ExecutorError::Store(_) => None,
        }
    }

    /// Tells whether a stage may go on after it: only a task's own failure is one it can handle.
    pub(crate) fn ends_the_session(&self) -> bool {
        !matches!(self, ExecutorError::Step { .. } | ExecutorError::Stage { .. })
    }
}

pub(crate) fn signal_name(signal: i32) -> String {
    signal_hook::low_level::signal_name(signal)
        .map_or_else(|| format!("signal {signal}"), str::to_owned)
}

/// Why the store could not be read or written. A transaction that was begun left no trace.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// What keeps the rows failed: the disk is full, the file damaged.
    #[error(transparent)]
    Storage(#[from] StorageError),

    /// A version of this crate with another format wrote the store, or it is none.
    #[error("the store has format {found}, this version reads {known}")]
    Format {
        /// The store's version.
        found: u32,
        /// The version this crate knows.
        known: u32,
    },

    /// The database holds something else than a store.
    #[error("the database is no store: it holds {tables}; a store needs a database of its own")]
    Foreign {
        /// What it holds.
        tables: String,
    },

    /// Another session in this process is working on the run.
    #[error("run `{run}` has a session in this process already: it ends before another begins")]
    Active {
        /// The run's name.
        run: String,
    },

    /// There is no branch of that name.
    #[error("there is no branch `{name}`")]
    NoBranch {
        /// The name that was given.
        name: String,
    },

    /// A run's current branch, which is never garbage.
    #[error("branch `{name}` is the current one of run `{run}`: only others are removed")]
    CurrentBranch {
        /// The branch's name.
        name: String,
        /// The run's name.
        run: String,
    },

    /// A table was written with keys of another type.
    #[error(
        "table `{table}` has keys of type `{recorded}`, asked for are `{asked}`: take another name for a table with other keys"
    )]
    TableKey {
        /// The table's name.
        table: &'static str,
        /// The type that it was written with.
        recorded: String,
        /// The type that is asked for.
        asked: String,
    },

    /// A record that others refer to is not there.
    #[error("{what} is missing")]
    Missing {
        /// Which one.
        what: String,
    },

    /// A record or value cannot be read.
    #[error("{what} cannot be read")]
    Unreadable {
        /// Which one.
        what: String,
        /// Why.
        source: CodecError,
    },

    /// A record or value cannot be written.
    #[error("{what} cannot be written")]
    Unwritable {
        /// Which one.
        what: String,
        /// Why.
        source: BoxError,
    },

    /// An artifact's file cannot be read or written.
    #[error("artifact file `{}` cannot be accessed", .path.display())]
    Artifact {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// An artifact's file is gone.
    #[error("artifact `{name}` is missing: there is no `{}`", .path.display())]
    MissingArtifact {
        /// The artifact's name.
        name: String,
        /// The file.
        path: PathBuf,
    },

    /// An artifact's file is not what was written.
    #[error("artifact `{name}` is damaged: `{}` does not have the recorded content", .path.display())]
    DamagedArtifact {
        /// The artifact's name.
        name: String,
        /// The file.
        path: PathBuf,
    },

    /// An artifact's content is whole, but not of the form or type that is wanted.
    #[error("artifact `{name}` cannot be read as `{expected}`")]
    ArtifactValue {
        /// The artifact's name.
        name: String,
        /// The type that was wanted.
        expected: &'static str,
        /// What the codec said.
        source: BoxError,
    },

    /// A step that has an artifact of that name already.
    #[error("the step has two artifacts called `{0}`: each needs a name of its own")]
    ArtifactTwice(String),

    /// A name that is no plain file name.
    #[error("`{0}` is no name for an artifact: it takes a plain file name")]
    ArtifactName(String),
}
