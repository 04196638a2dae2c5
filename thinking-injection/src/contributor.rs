//! Components and choices that depend on configuration, such as one component per entry of a facet.

use thinking_runtime::{Diagnostic, Runtime};

use crate::choices::Choices;
use crate::{Component, TypeKey};

/// Adds components to a container, and chooses among them, once the facets are loaded.
///
/// Registered as an item of a [`Definition`](thinking_modules::Definition); `thinking-dbs` adds
/// one component per database of `dbs.toml` so.
pub struct Contributor {
    /// Describes the components.
    pub contribute: fn(&Runtime) -> Contribution,
    /// The types that it may provide, so that a mistake in its configuration is not reported a
    /// second time as missing components.
    pub provides: fn() -> Vec<TypeKey>,
}

/// What a [`Contributor`] adds, or the mistakes that keep it from it.
#[derive(Default)]
pub struct Contribution {
    /// The components.
    pub components: Vec<Component>,
    /// Which components are fallbacks, defaults and forced. All contributors are asked before any
    /// choice is made, so their order does not matter, except where two decide the same.
    pub choices: Choices,
    /// Mistakes of the configuration that are not reported elsewhere.
    pub mistakes: Vec<Diagnostic>,
    /// Whether components may be absent because of a mistake.
    pub incomplete: bool,
}
