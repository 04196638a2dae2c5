//! A program's knowledge of its own structure: names of modules, a registry of what they
//! define, and the directory that holds the program's configuration.
//!
//! - [`ModulePath`] names a module and knows its ancestors and descendants.
//! - [`registry`] lists every definition that an attribute registered at link time, with its
//!   place in the source. It is the only part of the framework that knows how registration works.
//! - [`Root`] is the directory of the configuration files, found rather than configured.
//! - [`MainModule`] says which program this process is.
//! - `scan`, with the feature of that name, reads the sources for tools, and finds what the linker
//!   left out.

mod definition;
mod main_module;
mod module_path;
pub mod registry;
mod root;
#[cfg(feature = "scan")]
pub mod scan;

pub use definition::{Definition, Kind, Place};
pub use main_module::{MainModule, Mode, Target, TargetKind};
pub use module_path::{ModulePath, ParseModulePathError};
pub use root::{Root, RootReason, RootSearch};

/// What generated code names; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::__built as built;
    pub use crate::main_module::Built;
    pub use crate::registry::Contributor;
    pub use inventory;
}
