//! Why a container could not be built, with the places of what failed and of who needed it.

use std::fmt;

use thinking_modules::Place;
use thinking_runtime::Diagnostic;
use thiserror::Error;

use crate::BoxError;
use crate::builder::WiringError;
use crate::graph::is_internal;

/// Why a container could not be built.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ContainerError {
    /// The graph is wrong; nothing was constructed.
    #[error(transparent)]
    Wiring(#[from] WiringError),

    /// A constructor failed; nothing was started.
    #[error("{failed} cannot be constructed{}", needed(.failed))]
    Construct {
        /// The component.
        failed: FailedComponent,
        /// What its constructor said.
        source: BoxError,
    },

    /// A start hook failed; what was started before was stopped again.
    #[error("{failed} cannot be started{}", needed(.failed))]
    Start {
        /// The component.
        failed: FailedComponent,
        /// What its hook said.
        source: BoxError,
    },
}

/// A component that keeps its container from being built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedComponent {
    /// Its full name.
    pub path: String,
    /// Where it is declared.
    pub place: Place,
    /// Who needed it, nearest first: it, who needed that, and so on.
    pub needed_by: Vec<NeededBy>,
}

/// Who needed a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededBy {
    /// The field or parameter that it was for.
    pub parameter: &'static str,
    /// Whose that is: ``component `app::Till` ``, or `` `main` ``.
    pub owner: String,
    /// Where that is declared.
    pub place: Place,
}

impl ContainerError {
    /// Describes the component that failed, and who needed it, with their places; `None` if it was
    /// the graph. The cause is its [`source`](std::error::Error::source).
    pub fn diagnostic(&self) -> Option<Diagnostic> {
        let (failed, what) = match self {
            ContainerError::Wiring(_) => return None,
            ContainerError::Construct { failed, .. } => (failed, "constructed"),
            ContainerError::Start { failed, .. } => (failed, "started"),
        };
        let message = format!("component `{}` cannot be {what}", failed.path);
        let diagnostic = Diagnostic::error(message);
        // Nobody looks into the framework for what they can change.
        let diagnostic = match is_internal(&failed.path) {
            true => diagnostic,
            false => diagnostic.at(failed.place, "declared here"),
        };
        Some(failed.needed_by.iter().fold(diagnostic, |diagnostic, by| {
            diagnostic.at(by.place, format!("needed by `{}` of {}", by.parameter, by.owner))
        }))
    }
}

impl fmt::Display for FailedComponent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "component `{}` ({})", self.path, self.place)
    }
}

fn needed(failed: &FailedComponent) -> String {
    let by = failed.needed_by.iter();
    by.map(|by| format!(", needed by `{}` of {} ({})", by.parameter, by.owner, by.place)).collect()
}
