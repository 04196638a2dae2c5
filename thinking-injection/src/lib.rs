//! What runs, and how it is put together: components are declared by attribute, registered at
//! link time, checked as a whole graph, built in order of dependency and stopped in reverse.
//!
//! ```
//! extern crate thinking_injection as thinking;
//! use std::sync::Arc;
//! use thinking::{Container, component, interface};
//!
//! #[interface]
//! trait Greeter: Send + Sync {
//!     fn greet(&self) -> String;
//! }
//!
//! #[component(provides = dyn Greeter)]
//! struct English {}
//!
//! impl Greeter for English {
//!     fn greet(&self) -> String {
//!         "hello".to_owned()
//!     }
//! }
//!
//! #[component]
//! struct Doorman {
//!     greeter: Arc<dyn Greeter>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let container = Container::builder().registered().build()?;
//! assert_eq!(container.get::<Doorman>()?.greeter.greet(), "hello");
//! # Ok(()) }
//! ```

extern crate self as thinking;

mod builder;
mod component;
mod container;
mod contributor;
mod graph;
mod inject;
mod lifecycle;
mod requirement;
mod resolver;
mod wiring;

pub use builder::{Blueprint, ContainerBuilder, WiringError};
pub use component::{Component, ComponentBuilder, ComponentDefinition, Condition};
pub use container::{Container, ContainerError, Lineage};
pub use contributor::{Contribution, Contributor};
pub use graph::Scope;
pub use inject::Inject;
pub use lifecycle::{Lifecycle, Outcome};
pub use requirement::{Arity, Asker, Requirement, TypeKey, Want};
pub use resolver::{ResolveError, Resolver};
pub use thinking_macros::{component, interface};
pub use wiring::{Need, UnknownType, WiredAsker, WiredComponent, WiredType, Wiring};

/// The error of a constructor or hook, as the program's own code gave it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What generated code names; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::component::assert_interface;
    pub use crate::lifecycle::{Probe, WithLifecycle, WithoutLifecycle};
    pub use crate::{
        BoxError, Component, ComponentBuilder, ComponentDefinition, Condition, Inject, Requirement,
    };
    pub use thinking_modules::{Definition, Kind, here, register};
}
