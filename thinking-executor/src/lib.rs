//! A persistent executor: work is a tree of stages and steps, and a finished step is on disk,
//! once, with its data, in one transaction.
//!
//! A rerun of a program runs the bodies of its stages again and skips the steps that are
//! recorded, as long as what they depend on is the same. What a stage asks for is compared with
//! what is recorded; where they differ there is a [`Divergence`], which says why.
//!
//! - `#[step]` and `#[stage]` make tasks of functions; [`Stage::run`] runs them.
//! - [`Tx`] is a step's write access: [`Table`]s of versioned state, and artifacts.
//! - [`execute`] runs an experiment in a [`Store`].
//! - [`View`] reads what is recorded, also while another process runs.
//!
//! The bytes on disk are described in `docs/store-format.md`.

extern crate self as thinking;

mod arguments;
mod artifact;
mod codec;
mod digest;
mod divergence;
mod error;
mod execute;
mod facet;
mod history;
mod keys;
mod path;
mod progress;
mod replay;
mod selector;
mod session;
mod signals;
mod stage;
mod state;
mod step;
pub mod storage;
mod store;
mod task;
mod tx;
mod view;

pub use arguments::{Argument, Arguments};
pub use artifact::{Artifact, ArtifactWriter};
pub use codec::CodecError;
pub use divergence::{Difference, Divergence};
pub use error::{ExecutorError, SharedError, StoreError};
pub use execute::{Options, execute};
pub use facet::{Executor, OnChange};
pub use history::{Branch, FailureRecord, SessionRecord, StepRecord};
pub use path::{Identity, TaskPath};
pub use selector::{Place, Selector, SelectorError};
pub use signals::Signals;
pub use stage::{Stage, StageTask};
pub use state::{Key, Table, TableMut, TableView};
pub use step::Step;
pub use store::{STORE_FORMAT, Store, store_path};
pub use task::{Task, TaskDefinition};
pub use thinking_macros::{stage, step};
pub use tx::Tx;
pub use view::{
    BranchView, Change, ChangeCount, ChildView, Clock, Diff, DiffLimits, ExportError, FailureView,
    ForkPoint, Node, RowDiff, RunStatus, SessionView, SideStep, Sides, StageView, StateTable,
    Status, StepArtifact, StepDiff, StepInputs, StepSummary, StepView, TableDiff, TableRow,
    TableRows, TaskView, TreeLimits, Value, View, ViewError, branches_text, duration, rows_csv,
    rows_text, tables_text,
};

/// What generated code names; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::{Arguments, StageTask, Step, TaskDefinition};
    pub use thinking_injection::__private::{Inject, Requirement};
    pub use thinking_modules::{Definition, Kind, here, register};
}
