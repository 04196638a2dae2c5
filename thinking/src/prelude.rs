//! What most modules of a program use: `use thinking::prelude::*;`.

pub use std::sync::Arc;

pub use anyhow::{Context, bail, ensure};
pub use serde::{Deserialize, Serialize};
pub use thinking_dbs::Database;
pub use thinking_executor::{Artifact, Flow, Stage, Table, Tx};
#[cfg(feature = "tokio")]
pub use thinking_injection::AsyncLifecycle;
pub use thinking_injection::{Container, Factory, Lazy, Lifecycle, Outcome};
pub use thinking_runtime::{ByteSize, Config, Prepare, RootPath, Runtime, Secret, Violations};

pub use crate::{
    App, Error, Facet, Result, Section, action, component, fixture, interface, stage, step, tracked,
};
