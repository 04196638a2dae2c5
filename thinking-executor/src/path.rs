//! Where a task stands in a run's tree.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A task's name among its siblings: `name`, or `name[key]` if it has arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    text: String,
}

impl Identity {
    pub(crate) fn new(name: &str, key: Option<&str>) -> Self {
        let text = match key {
            // With each step that is skipped: formatting takes several times as long.
            Some(key) => [name, "[", key, "]"].concat(),
            None => name.to_owned(),
        };
        Identity { text }
    }

    /// Returns the identity as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The identities from a run's first stage down to a task, joined by `/`:
/// `experiment/train/epoch[38]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskPath(Arc<str>);

impl TaskPath {
    pub(crate) fn root(identity: &Identity) -> Self {
        TaskPath(identity.as_str().into())
    }

    pub(crate) fn child(&self, identity: &Identity) -> Self {
        TaskPath([&self.0, "/", identity.as_str()].concat().into())
    }

    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the identities, outermost first.
    pub fn identities(&self) -> impl Iterator<Item = &str> {
        // Keys made from arguments contain no `/`; see `Arguments`.
        self.0.split('/')
    }
}

impl fmt::Display for TaskPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
