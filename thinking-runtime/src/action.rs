//! A bootstrap action: something done once, in order, before the body of `main`.

use std::error::Error;
use std::sync::Arc;

use thinking_modules::Place;
use thiserror::Error as ThisError;

use crate::Runtime;
use crate::diagnostic::Diagnostic;

mod from_runtime;
mod logging;
mod prepare;
mod result;

pub use from_runtime::FromRuntime;
pub(crate) use prepare::{ActionDefault, Facts, Prepared};
pub use prepare::{LogLayer, Prepare};
pub use result::ActionResult;

/// The error of an action, as the program's own code gave it.
#[doc(hidden)]
pub type BoxError = Box<dyn Error + Send + Sync>;

/// What the runtime needs to order, prepare and perform an action; `#[action]` writes it.
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
pub struct ActionDefinition {
    /// The action's name.
    pub name: &'static str,
    /// Where its attribute stands.
    pub place: Place,
    /// The actions that it comes after.
    pub after: &'static [&'static str],
    /// The actions that it comes before.
    pub before: &'static [&'static str],
    /// Whether it may not be disabled.
    pub required: bool,
    /// Whether it belongs to the framework: it comes before the program's own actions, and is
    /// performed whatever mistakes there are.
    pub built_in: bool,
    /// The names of the facets that it reads.
    pub facets: &'static [fn() -> Option<&'static str>],
    /// Sets defaults, before facets are loaded.
    pub prepare: Option<PrepareAction>,
    /// Does it.
    pub perform: fn(&Arc<Runtime>) -> Result<(), BoxError>,
}

type PrepareAction = fn(&mut Prepare<'_>) -> Result<(), BoxError>;

/// Why the actions of a program could not be performed.
#[derive(Debug, Clone, ThisError)]
#[non_exhaustive]
pub enum ActionError {
    /// Their order, their names, their preparation or a facet that one of them reads is wrong;
    /// none was performed, except built-in ones.
    #[error("{}", joined(.diagnostics))]
    Mistakes {
        /// One message per mistake.
        diagnostics: Vec<Diagnostic>,
    },

    /// An action failed or panicked. Those before it were performed, those after it were not.
    #[error("action `{action}` failed ({place})")]
    Failed {
        /// The action's name.
        action: &'static str,
        /// Where it is declared.
        place: Place,
        /// What it said.
        source: Arc<dyn Error + Send + Sync>,
    },
}

pub(crate) fn joined(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}
