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
mod choices;
mod component;
mod condition;
mod container;
mod contributor;
mod factory;
mod frame;
mod graph;
mod inject;
mod lazy;
mod lifecycle;
mod overrides;
mod provided;
mod registered;
mod requirement;
mod resolver;
mod scope;
mod watch;
mod wiring;

pub use builder::{Blueprint, ContainerBuilder, WiringError};
pub use choices::{Choices, Pick};
pub use component::{Component, ComponentBuilder, ComponentDefinition};
pub use condition::Condition;
pub use container::{Container, ContainerError, Lineage};
pub use contributor::{Contribution, Contributor};
pub use factory::Factory;
pub use frame::OpenScope;
pub use graph::Extent;
pub use inject::Inject;
pub use lazy::Lazy;
pub use lifecycle::{Lifecycle, Outcome};
pub use registered::{Interface, InterfaceDefinition};
pub use requirement::{Arity, Asker, Requirement, TypeKey, Want};
pub use resolver::{ResolveError, Resolver};
pub use scope::Scope;
pub use thinking_macros::{component, interface};
pub use wiring::{Need, UnknownType, WiredAsker, WiredComponent, WiredType, Wiring};

/// The error of a constructor or hook, as the program's own code gave it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What generated code names; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::component::assert_interface;
    pub use crate::lifecycle::{Probe, WithoutLifecycle};
    pub use crate::provided::Provided;
    pub use crate::{
        BoxError, Component, ComponentBuilder, ComponentDefinition, Condition, Inject, Interface,
        InterfaceDefinition, Requirement, Resolver, Scope, TypeKey,
    };
    pub use thinking_modules::{Definition, Kind, here, register};
}
