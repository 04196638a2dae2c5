//! A persistent executor: work is a tree of stages and steps, and a finished step is on disk,
//! once, with its data, in one transaction.
//!
//! A rerun of a program runs the bodies of its stages again and skips the steps that are
//! recorded, as long as what they depend on is the same. What a stage asks for is compared with
//! what is recorded; where they differ there is a [`Divergence`], which says why.
//!
//! - `#[step]` and `#[stage]` make tasks of functions; [`Stage::run`] runs them.
//! - [`tracked`](macro@tracked) makes the code of a helper count for the steps that call it.
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
mod codec;
mod digest;
mod divergence;
mod error;
mod execute;
mod facet;
mod garbage;
mod history;
mod imperative;
mod keys;
mod path;
mod progress;
mod replay;
mod seen;
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
mod tx;
mod verify;
mod view;

pub use arguments::{Argument, Arguments};
#[cfg(feature = "npy")]
pub use artifact::Npy;
pub use artifact::{
    Artifact, ArtifactMap, ArtifactReader, ArtifactWriter, Bytes, Codec, Csv, Json, Text,
};
pub use codec::CodecError;
pub use divergence::{Difference, Divergence, HelperChange};
pub use error::{ExecutorError, SharedError, StoreError};
pub use execute::{Options, execute};
pub use facet::{Executor, OnChange};
pub use garbage::{Garbage, GarbageFile, Old, OldBranch, collect_garbage};
pub use history::{Branch, FailureRecord, SessionRecord, StepRecord};
pub use path::{Identity, TaskPath};
pub use signals::Signals;
pub use stage::{Stage, StageTask};
pub use state::{Key, Table, TableMut, TableView};
pub use step::Step;
pub use store::{STORE_FORMAT, Store, store_path};
pub use task::{Task, TaskDefinition};
pub use thinking_macros::{stage, step, tracked};
pub use tx::Tx;
pub use verify::{Finding, Verification};
pub use view::{Node, RunView, SessionView, StepView, View, ViewError, duration};

/// What generated code names; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::{Arguments, StageTask, Step, TaskDefinition};
    pub use thinking_injection::__private::{Inject, Requirement};
    pub use thinking_modules::{Definition, Kind, here, register};
    pub use thinking_runtime::__private::Tracked;
}
