//! A test front end: what is known about each case at link time, what happened to it at run
//! time, and the reports.
//!
//! A case is an ordinary `#[test]` function, so that plain `cargo test`, cargo-nextest and an
//! editor's run lens work as always. Beside it stands a [`Case`] that says where it is written.
//! Two environment variables, both set by the runner, make a test binary tell more:
//!
//! | variable | effect |
//! |---|---|
//! | [`MANIFEST_DIR_VARIABLE`] | `BINARY --list` also writes name, file and line of each case |
//! | [`RECORDS_DIR_VARIABLE`] | [`record`] writes the start and the end of each case |
//!
//! The feature `front` adds the runner behind `cargo xtask test` and its reports.

mod case;
mod manifest;
mod sidecar;

#[cfg(feature = "front")]
pub mod front;
#[cfg(feature = "front")]
pub mod report;

pub use case::{Case, cases};
pub use manifest::{MANIFEST_DIR_VARIABLE, ManifestEntry};
pub use sidecar::{Ending, Event, RECORDS_DIR_VARIABLE, record};

/// What generated code names; not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use linkme;

    pub use crate::case::CASES;
    pub use crate::case::Case;
    pub use crate::sidecar::record;
}
