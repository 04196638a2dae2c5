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

#![forbid(unsafe_code)]

extern crate self as thinking;

#[cfg(feature = "tokio")]
mod async_runtime;
mod builder;
mod choices;
mod component;
mod condition;
mod container;
mod contributor;
mod crew;
mod factory;
mod frame;
mod functions;
mod graph;
mod inject;
mod lazy;
mod lifecycle;
mod overrides;
mod provided;
mod registered;
mod requirement;
mod resolver;
mod schedule;
mod scope;
mod types;
mod watch;
mod wiring;

pub use builder::{Blueprint, ContainerBuilder, WiringError};
pub use choices::{Choices, ChoicesDefinition, Pick};
pub use component::{Component, ComponentBuilder, ComponentDefinition};
pub use condition::Condition;
pub use container::{Container, ContainerError, FailedComponent, Lineage, NeededBy};
pub use contributor::{Contribution, Contributor};
pub use factory::Factory;
pub use frame::OpenScope;
pub use graph::Extent;
pub use inject::{Inject, InjectNamed};
pub use lazy::Lazy;
#[cfg(feature = "tokio")]
pub use lifecycle::AsyncLifecycle;
pub use lifecycle::{Lifecycle, Outcome};
pub use registered::{Interface, InterfaceDefinition};
pub use requirement::{Arity, Asker, Requirement, TypeKey, Want};
pub use resolver::{ResolveError, Resolver};
pub use scope::Scope;
pub use thinking_macros::{choices, component, interface};
pub use wiring::{Need, UnknownType, WiredAsker, WiredComponent, WiredType, Wiring};

/// The error of a constructor or hook, as the program's own code gave it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Waits for what an `async` constructor returns.
#[cfg(feature = "tokio")]
#[doc(hidden)]
#[macro_export]
macro_rules! __block_on {
    ($resolver:expr, $future:expr) => {
        $resolver.block_on($future)?
    };
}

#[cfg(not(feature = "tokio"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __block_on {
    ($resolver:expr, $future:expr) => {
        ::core::compile_error!(
            "an `async` component needs the feature `tokio` of `thinking`, or of \
             `thinking-injection`: turn it on in `Cargo.toml`, or write a plain `fn`"
        )
    };
}

/// What generated code names; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::__block_on as block_on;
    pub use crate::component::assert_interface;
    pub use crate::lifecycle::{Probe, WithoutLifecycle};
    pub use crate::provided::Provided;
    pub use crate::{
        BoxError, Choices, ChoicesDefinition, Component, ComponentBuilder, ComponentDefinition,
        Condition, Inject, Interface, InterfaceDefinition, Requirement, Resolver, Scope, TypeKey,
    };
    pub use thinking_modules::{Definition, Kind, here, register};
    pub use thinking_runtime::__private::FromRuntime;
    pub use thinking_runtime::Runtime;
}
