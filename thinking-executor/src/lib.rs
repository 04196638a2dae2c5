//! A persistent executor: work is a tree of stages and steps, and a finished step is on disk,
//! once, with its data, in one transaction.
//!
//! A rerun of a program runs the bodies of its stages again and skips the steps that are
//! recorded, as long as what they depend on is the same. What a stage asks for is compared with
//! what is recorded; where they differ there is a [`Divergence`], which says why.
//!
//! - `#[step]` and `#[stage]` make tasks of functions; [`Stage::run`] runs them.
//! - [`tracked`](macro@tracked) makes the code of a helper count for the steps that call it.
//! - A step that fails may be tried again ([`Step::retries`]), its stage may handle the failure
//!   ([`Stage::attempt`]), and [`Flow`] ends a session to be continued.
//! - [`Tx`] is a step's write access: [`Table`]s of versioned state, and artifacts.
//! - [`execute`] runs an experiment in a [`Store`].
//! - [`View`] reads what is recorded, also while another process runs; [`Verification`] checks it,
//!   and [`Garbage`] is what nothing needs any more.
//!
//! The bytes on disk are described in `docs/store-format.md`.

extern crate self as thinking;

mod arguments;
mod artifact;
mod canonical;
mod checkpoint;
mod clock;
mod codec;
mod digest;
mod divergence;
mod error;
mod execute;
mod facet;
mod failure;
mod flow;
mod garbage;
mod history;
mod imperative;
mod keys;
mod panicked;
mod path;
mod plan;
mod policy;
mod progress;
mod replay;
mod seen;
mod selector;
mod session;
mod signals;
#[cfg(feature = "simulator")]
pub mod simulator;
mod stage;
mod state;
mod step;
pub mod storage;
mod store;
mod task;
mod task_failure;
mod time_limit;
mod tx;
mod verify;
mod view;

pub use arguments::{Argument, Arguments};
#[cfg(feature = "npy")]
pub use artifact::Npy;
pub use artifact::{
    Artifact, ArtifactMap, ArtifactReader, ArtifactWriter, Bytes, Codec, Csv, Json, Text,
};
pub use clock::{Bell, Clock, SystemClock};
pub use codec::CodecError;
pub use divergence::{Difference, Divergence, HelperChange};
pub use error::{ExecutorError, StoreError};
pub use execute::{Options, execute};
pub use facet::{Executor, OnChange};
pub use flow::{Flow, Reason};
pub use garbage::{Garbage, GarbageFile, Old, OldBranch, collect_garbage};
pub use history::{Acceptance, Branch, Ending, FailureRecord, SessionRecord, StepRecord};
pub use panicked::Panicked;
pub use path::{Identity, TaskPath};
pub use plan::{Action, Plan, PlannedDivergence, PlannedStep, plan};
pub use policy::Policy;
pub use selector::{Instead, Place, Selector, SelectorError};
pub use signals::{SignalName, Signals};
pub use stage::{Stage, StageTask};
pub use state::{Key, Table, TableMut, TableView};
pub use step::Step;
pub use store::{BranchChange, BranchError, STORE_FORMAT, Store, store_path};
pub use task::{Task, TaskDefinition};
pub use task_failure::{SharedError, TaskFailure};
pub use thinking_macros::{stage, step, tracked};
pub use time_limit::TimedOut;
pub use tx::Tx;
pub use verify::{Finding, Verification};
pub use view::{
    BranchView, Change, ChangeCount, ChildView, Diff, DiffLimits, ExportError, FailureView,
    ForkPoint, Node, RowDiff, RunStatus, SealView, SessionView, SideStep, Sides, StageView,
    StateTable, Status, StepArtifact, StepDiff, StepInputs, StepLog, StepSummary, StepView,
    TableDiff, TableRow, TableRows, TaskView, TreeLimits, Value, View, ViewError, WallClock,
    branches_text, duration, logs_text, rows_csv, rows_text, tables_text,
};

/// Waits for what an `async` task returns.
#[cfg(feature = "tokio")]
#[doc(hidden)]
#[macro_export]
macro_rules! __block_on_task {
    ($container:expr, $future:expr) => {
        $container.resolver().block_on($future)?
    };
}

#[cfg(not(feature = "tokio"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __block_on_task {
    ($container:expr, $future:expr) => {
        ::core::compile_error!(
            "an `async` step or stage needs the feature `tokio` of `thinking`, or of \
             `thinking-executor`: turn it on in `Cargo.toml`, or write a plain `fn`"
        )
    };
}

/// What generated code names; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::__block_on_task as block_on_task;
    pub use crate::{Arguments, Policy, StageTask, Step, TaskDefinition};
    pub use std::time::Duration;
    pub use thinking_injection::__private::{Inject, Requirement};
    pub use thinking_modules::{Definition, Kind, here, register};
    pub use thinking_runtime::__private::Tracked;
}
