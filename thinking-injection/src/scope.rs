//! How long a component lives.

use std::fmt;

/// How long a component lives, and who shares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Scope {
    /// One per container, built at its start.
    #[default]
    Singleton,
    /// One per stage that is run, built when it is first asked for there; a stage below another
    /// has its own.
    Stage,
    /// One per step that is executed, built when it is first asked for there.
    Step,
    /// A new one for each who asks; it lives as long as who holds it.
    Transient,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Scope::Singleton => "singleton",
            Scope::Stage => "stage",
            Scope::Step => "step",
            Scope::Transient => "transient",
        })
    }
}
