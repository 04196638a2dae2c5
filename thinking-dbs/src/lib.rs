//! The databases of a program: declared by name in `dbs.toml`, opened before `main`'s body,
//! injected by name.
//!
//! ```toml
//! [samples]
//! path = "data/samples.redb"    # relative to the root
//! engine = "redb"               # the default
//! ```
//!
//! A component asks for it with `#[inject(named = "samples")] samples: Arc<Database>`. In tests
//! each container gets a fresh, temporary database instead.

mod database;
mod facet;
mod in_place;
mod owner;
mod readers;
mod snapshot;
mod unborn;
mod write_guard;

pub use database::{Database, DatabaseError};
pub use facet::{Databases, Engine, Entry, component};
pub use owner::Owner;
pub use snapshot::Snapshot;
pub use write_guard::{WriteGuard, allow_writes, forbid_writes};

extern crate thinking_runtime as thinking;
