//! What a constructor sees of the container while it is built, and a task while it runs.

use std::sync::Arc;

use thinking_runtime::{Config, Facet};
use thiserror::Error;

use crate::Inject;
use crate::container::{Container, Inner};
use crate::graph::Choice;
use crate::requirement::TypeKey;

/// Gives out what is built already.
pub struct Resolver<'a> {
    inner: &'a Arc<Inner>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(inner: &'a Arc<Inner>) -> Self {
        Resolver { inner }
    }

    /// Takes a value of a type that can be injected.
    ///
    /// # Errors
    ///
    /// The container cannot supply it.
    pub fn resolve<T: Inject>(&self, name: Option<&str>) -> Result<T, ResolveError> {
        T::resolve(self, name)
    }

    pub(crate) fn one<T: ?Sized + Send + Sync + 'static>(
        &self,
        name: Option<&str>,
    ) -> Result<Arc<T>, ResolveError> {
        let key = TypeKey::of::<T>();
        match self.inner.graph.choose(key, name) {
            Choice::One(index) => self.provided(index),
            Choice::None => Err(ResolveError::Missing { wanted: wanted(key, name) }),
            Choice::Ambiguous(candidates) => Err(ResolveError::Ambiguous {
                wanted: wanted(key, name),
                candidates: self.inner.graph.paths(&candidates),
            }),
        }
    }

    pub(crate) fn optional<T: ?Sized + Send + Sync + 'static>(
        &self,
        name: Option<&str>,
    ) -> Result<Option<Arc<T>>, ResolveError> {
        match self.inner.graph.choose(TypeKey::of::<T>(), name) {
            Choice::None => Ok(None),
            _ => self.one(name).map(Some),
        }
    }

    pub(crate) fn all<T: ?Sized + Send + Sync + 'static>(
        &self,
    ) -> Result<Vec<Arc<T>>, ResolveError> {
        let members = self.inner.graph.all(TypeKey::of::<T>());
        members.iter().map(|index| self.provided(*index)).collect()
    }

    pub(crate) fn config<F: Facet>(&self) -> Result<Config<F>, ResolveError> {
        let config = self.inner.runtime.as_ref().and_then(|r| r.facets().config::<F>().ok());
        config.ok_or(ResolveError::NoFacet { name: F::NAME })
    }

    pub(crate) fn container(&self) -> Container {
        Container::from_inner(self.inner.clone())
    }

    fn provided<T: ?Sized + Send + Sync + 'static>(
        &self,
        index: usize,
    ) -> Result<Arc<T>, ResolveError> {
        let key = TypeKey::of::<T>();
        let slot = self.inner.slots.get(&(key.id(), index));
        let provided = slot.and_then(|slot| slot.get()).and_then(|p| p.downcast_ref::<Arc<T>>());
        provided.cloned().ok_or_else(|| ResolveError::NotBuilt { wanted: key.to_string() })
    }
}

fn wanted(key: TypeKey, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{key} named `{name}`"),
        None => key.to_string(),
    }
}

/// Why a container could not supply a value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// Nothing active provides the type.
    #[error("no component provides `{wanted}`")]
    Missing {
        /// The type, with the name if one was asked for.
        wanted: String,
    },
    /// Several provide the type, and none is primary.
    #[error("several components provide `{wanted}`: {}; mark one as primary", candidates.join(", "))]
    Ambiguous {
        /// The type, with the name if one was asked for.
        wanted: String,
        /// The full names of the candidates.
        candidates: Vec<String>,
    },
    /// The container holds only what its askers need, and this is not part of it; or it is
    /// asked for while it is built.
    #[error("`{wanted}` is not built in this container")]
    NotBuilt {
        /// The type.
        wanted: String,
    },
    /// The facet is not loaded.
    #[error("facet `{name}` is not loaded in this container")]
    NoFacet {
        /// The facet's name.
        name: &'static str,
    },
}
