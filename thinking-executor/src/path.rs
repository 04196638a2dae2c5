//! Where a task stands in a run's tree.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A task's name among its siblings: `name`, or `name[key]` if it has arguments. Another one of the
/// same name and key has its occurrence behind it: `name[key]#2`.
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

    /// Returns the identity of another occurrence, counted from 1, which is the plain one.
    pub(crate) fn occurrence(self, occurrence: u32) -> Self {
        match occurrence {
            0 | 1 => self,
            // No key ends with it: one that holds a `#` is hashed.
            _ => Identity { text: format!("{}#{occurrence}", self.text) },
        }
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

    /// Returns the paths of the stages around the task, outermost first.
    pub(crate) fn ancestors(&self) -> impl Iterator<Item = TaskPath> {
        self.0.match_indices('/').map(|(end, _)| TaskPath(self.0[..end].into()))
    }

    /// A path as it stands in a record.
    pub(crate) fn recorded(text: &str) -> Self {
        TaskPath(text.into())
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
