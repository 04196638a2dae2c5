//! The wiring as values: every component with what it needs and who answers, for people and tools.

use std::time::Duration;

use serde::{Serialize, Serializer};

mod dot;
mod mermaid;
mod shown;
mod tree;
mod why;

pub use why::UnknownType;

/// How the components of a container fit together, whether or not it is built.
///
/// [`tree`](Self::tree), [`dot`](Self::dot), [`mermaid`](Self::mermaid) and [`why`](Self::why) write
/// it for people. Serialised, it is for tools: a field that is named here stays, others may come.
///
/// ```
/// extern crate thinking_injection as thinking;
/// use std::sync::Arc;
/// use thinking::{Container, component};
///
/// #[component]
/// struct Engine {}
///
/// #[component]
/// struct Car {
///     engine: Arc<Engine>,
/// }
///
/// let (wiring, mistakes) = Container::builder().registered().inspect();
/// assert!(mistakes.is_empty());
/// assert!(wiring.tree().contains("└── engine: "));
/// assert!(wiring.dot().contains("[label=\"engine\"];"));
/// assert!(wiring.why("Engine").unwrap().contains("because it is the only one"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Wiring {
    /// All components, by full name; those that do not take part are among them.
    pub components: Vec<WiredComponent>,
    /// Who asks from outside, such as `main` and tasks.
    pub askers: Vec<WiredAsker>,
    /// What can be asked for, by name.
    pub types: Vec<WiredType>,
}

/// A component and what it needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct WiredComponent {
    /// Its full name.
    pub path: String,
    /// Where it is declared: `src/main.rs:3:1`.
    pub place: String,
    /// The name that can be asked for.
    pub name: Option<String>,
    /// Whether it is the choice among several.
    pub primary: bool,
    /// Whether it gives way to others.
    pub fallback: bool,
    /// How long it lives: `singleton`, `transient`, `stage`, `step`.
    pub scope: String,
    /// Why it does not take part; `null` if it does.
    pub absence: Option<String>,
    /// Whether it belongs to the framework, not to the program.
    pub internal: bool,
    /// The types that it provides, its own first.
    pub provides: Vec<String>,
    /// What it needs, in the order of its declaration.
    pub needs: Vec<Need>,
    /// How long it took to construct it, in seconds; `null` unless it was built.
    #[serde(rename = "construct_seconds", serialize_with = "seconds")]
    pub construct: Option<Duration>,
    /// How long its start hook took, in seconds; `null` without one, or unless it was started.
    #[serde(rename = "start_seconds", serialize_with = "seconds")]
    pub start: Option<Duration>,
}

/// Something outside the graph that asks components of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct WiredAsker {
    /// What it is: ``step `digits::load` ``.
    pub label: String,
    /// Where it is declared.
    pub place: String,
    /// What it needs, in the order of its declaration.
    pub needs: Vec<Need>,
}

/// One field or parameter, and who answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Need {
    /// The field's or parameter's name.
    pub parameter: String,
    /// What is asked for: `one`, `optional`, `all`, `by-name`, `factory`, `facet`, `tokio`,
    /// `container`.
    pub wants: String,
    /// Whether it is asked for on first use only.
    pub later: bool,
    /// The type that is asked for; `null` for the container itself
    /// and for the runtime of tokio.
    #[serde(rename = "type")]
    pub ty: Option<String>,
    /// The name that is asked for.
    pub name: Option<String>,
    /// The full names of the components that answer.
    pub answers: Vec<String>,
}

/// A type that is provided or asked for, and who answers where one is wanted.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct WiredType {
    /// The type's name.
    pub name: String,
    /// The full names of all that provide it, in the order of `all`; then those that do not take
    /// part.
    pub candidates: Vec<String>,
    /// Who answers; `null` if nobody does, or if several could.
    pub chosen: Option<String>,
    /// Why that one: `forced`, `primary`, `only`, `not-fallback`, `default`.
    pub because: Option<String>,
}

impl Wiring {
    fn component(&self, path: &str) -> Option<&WiredComponent> {
        self.components.iter().find(|component| component.path == path)
    }
}

fn seconds<S: Serializer>(time: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| time.as_secs_f64()).serialize(serializer)
}

#[cfg(test)]
mod tests;
