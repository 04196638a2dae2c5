//! The types that may stand in a component's field or a task's parameter.

use std::collections::BTreeMap;
use std::sync::Arc;

use thinking_runtime::{Config, Facet};

use crate::requirement::{Arity, TypeKey, Want};
use crate::resolver::{ResolveError, Resolver};
use crate::{BoxError, Container, Factory, Lazy};

/// A type whose value a container supplies.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be injected",
    label = "the container supplies `Arc<T>`, `Option<Arc<T>>`, `Vec<Arc<T>>`, `BTreeMap<String, Arc<T>>` (`T` may be a `dyn Trait`), `Lazy<…>` of these, `Factory<Arc<T>>`, `Config<Facet>` and `Container`",
    note = "give a field of another type a value with `#[inject(default)]` or `#[inject(value = …)]`"
)]
pub trait Inject: Sized {
    /// What the type asks for.
    const WANT: Want;

    /// Takes the value from the container. `name` is the component's name that was asked for.
    ///
    /// # Errors
    ///
    /// The container cannot supply it. For what was validated before, that cannot happen, except
    /// for a component that is made when it is asked for and whose constructor fails.
    fn resolve(resolver: &Resolver<'_>, name: Option<&str>) -> Result<Self, ResolveError>;

    /// As [`resolve`](Self::resolve), for the component that is being made: what its requirement at
    /// `position` asks for, which has this `name`.
    #[doc(hidden)]
    fn required(
        resolver: &Resolver<'_>,
        position: usize,
        name: Option<&str>,
    ) -> Result<Self, BoxError> {
        let _ = position;
        Ok(Self::resolve(resolver, name)?)
    }
}

/// A type that may be asked for by a component's name, with `#[inject(named = "…")]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be asked for by name",
    label = "`named = \"…\"` picks components: `Arc<T>`, `Option<Arc<T>>`, `Vec<Arc<T>>`, and `Lazy<…>` or `Factory<…>` of these",
    note = "leave `named` out; a map has all components by their names"
)]
pub trait InjectNamed: Inject {}

impl<T: ?Sized + Send + Sync + 'static> InjectNamed for Arc<T> {}
impl<T: ?Sized + Send + Sync + 'static> InjectNamed for Option<Arc<T>> {}
impl<T: ?Sized + Send + Sync + 'static> InjectNamed for Vec<Arc<T>> {}
impl<T: InjectNamed> InjectNamed for Lazy<T> {}
impl<T> InjectNamed for Factory<T> where Factory<T>: Inject {}

impl<T: ?Sized + Send + Sync + 'static> Inject for Arc<T> {
    const WANT: Want = Want::Components(TypeKey::of::<T>(), Arity::One);

    fn resolve(resolver: &Resolver<'_>, name: Option<&str>) -> Result<Self, ResolveError> {
        resolver.one(name)
    }

    #[inline]
    fn required(
        resolver: &Resolver<'_>,
        position: usize,
        name: Option<&str>,
    ) -> Result<Self, BoxError> {
        // No closure: this is compiled once per type, and where nothing is optimised each is a
        // function more.
        if let Some(ready) = resolver.required(position)
            && let Some(ready) = ready.downcast_ref::<Self>()
        {
            return Ok(ready.clone());
        }
        resolver.one_boxed(name)
    }
}

impl<T: ?Sized + Send + Sync + 'static> Inject for Option<Arc<T>> {
    const WANT: Want = Want::Components(TypeKey::of::<T>(), Arity::Optional);

    fn resolve(resolver: &Resolver<'_>, name: Option<&str>) -> Result<Self, ResolveError> {
        resolver.optional(name)
    }
}

impl<T: ?Sized + Send + Sync + 'static> Inject for Vec<Arc<T>> {
    const WANT: Want = Want::Components(TypeKey::of::<T>(), Arity::All);

    fn resolve(resolver: &Resolver<'_>, name: Option<&str>) -> Result<Self, ResolveError> {
        resolver.all(name)
    }
}

impl<T: ?Sized + Send + Sync + 'static> Inject for BTreeMap<String, Arc<T>> {
    const WANT: Want = Want::Components(TypeKey::of::<T>(), Arity::ByName);

    fn resolve(resolver: &Resolver<'_>, _name: Option<&str>) -> Result<Self, ResolveError> {
        resolver.by_name()
    }
}

impl<F: Facet> Inject for Config<F> {
    const WANT: Want = Want::Facet(TypeKey::of::<F>());

    fn resolve(resolver: &Resolver<'_>, _name: Option<&str>) -> Result<Self, ResolveError> {
        resolver.config()
    }
}

/// The runtime of tokio that the container owns; asking for it makes it. The handle does not keep
/// the runtime alive.
#[cfg(feature = "tokio")]
impl Inject for tokio::runtime::Handle {
    const WANT: Want = Want::Tokio;

    fn resolve(resolver: &Resolver<'_>, _name: Option<&str>) -> Result<Self, ResolveError> {
        resolver.tokio()
    }
}

impl Inject for Container {
    const WANT: Want = Want::Nothing;

    fn resolve(resolver: &Resolver<'_>, _name: Option<&str>) -> Result<Self, ResolveError> {
        resolver.container()
    }
}
