//! A component: how it is built, what it provides, and when it takes part.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use thinking_modules::Place;
use thinking_runtime::Profiles;

use crate::BoxError;
use crate::lifecycle::{Hooks, Instance, Lifecycle};
use crate::requirement::{Requirement, TypeKey};
use crate::resolver::Resolver;

/// What the registry holds for a `#[component]`: a function that describes it.
pub struct ComponentDefinition(pub fn() -> Component);

/// A type or function that a container builds, described without its type.
pub struct Component {
    pub(crate) path: Cow<'static, str>,
    pub(crate) place: Place,
    pub(crate) name: Option<Cow<'static, str>>,
    pub(crate) primary: bool,
    pub(crate) order: i32,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) provisions: Vec<Provision>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) hooks: Option<Hooks>,
    construct: Box<Construct>,
}

type Construct = dyn Fn(&Resolver<'_>) -> Result<Instance, BoxError> + Send + Sync;
/// An `Arc<I>` in a box, where `I` is the provided type.
pub(crate) type Provided = Box<dyn Any + Send + Sync>;

type Cast = dyn Fn(&Instance) -> Option<Provided> + Send + Sync;

/// One type that a component provides, with the cast to it.
pub(crate) struct Provision {
    pub(crate) key: TypeKey,
    cast: Box<Cast>,
}

impl Provision {
    pub(crate) fn cast(&self, instance: &Instance) -> Option<Provided> {
        (self.cast)(instance)
    }
}

/// When a component takes part in the graph. All conditions of a component must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// A profile is active.
    Profile(&'static str),
}

impl Condition {
    pub(crate) fn holds(&self, profiles: &Profiles) -> bool {
        match self {
            Condition::Profile(name) => profiles.is_active(name),
        }
    }

    /// Returns the name of the profile that it mentions.
    pub(crate) fn profile(&self) -> &'static str {
        match self {
            Condition::Profile(name) => name,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Profile(name) => write!(f, "the profile `{name}`"),
        }
    }
}

impl Component {
    /// Starts to describe a component of type `T` that `construct` builds.
    ///
    /// `path` is its full name, `module::Name`; it identifies the component in messages and in
    /// the records of runs, so it should be the same on every start.
    pub fn builder<T: Send + Sync + 'static>(
        path: impl Into<Cow<'static, str>>,
        place: Place,
        construct: impl Fn(&Resolver<'_>) -> Result<T, BoxError> + Send + Sync + 'static,
    ) -> ComponentBuilder<T> {
        Self::described(path.into(), place, move |resolver| Ok(Arc::new(construct(resolver)?)))
    }

    /// Starts to describe a component that exists already, such as a test's double.
    pub fn existing<T: Send + Sync + 'static>(
        path: impl Into<Cow<'static, str>>,
        place: Place,
        value: Arc<T>,
    ) -> ComponentBuilder<T> {
        Self::described(path.into(), place, move |_| Ok(value.clone()))
    }

    fn described<T: Send + Sync + 'static>(
        path: Cow<'static, str>,
        place: Place,
        construct: impl Fn(&Resolver<'_>) -> Result<Arc<T>, BoxError> + Send + Sync + 'static,
    ) -> ComponentBuilder<T> {
        let component = Component {
            path,
            place,
            name: None,
            primary: false,
            order: 0,
            conditions: Vec::new(),
            provisions: Vec::new(),
            requirements: Vec::new(),
            hooks: None,
            construct: Box::new(move |resolver| Ok(construct(resolver)?)),
        };
        ComponentBuilder { component, of: std::marker::PhantomData }
            .provides(|itself: Arc<T>| itself)
    }

    pub(crate) fn construct(&self, resolver: &Resolver<'_>) -> Result<Instance, BoxError> {
        (self.construct)(resolver)
    }

    /// Returns the component's full name.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the names of the profiles that its conditions mention.
    pub fn profiles(&self) -> impl Iterator<Item = &'static str> {
        self.conditions.iter().map(Condition::profile)
    }

    /// Returns the conditions that do not hold.
    pub(crate) fn unmet(&self, profiles: &Profiles) -> Vec<Condition> {
        self.conditions.iter().filter(|condition| !condition.holds(profiles)).cloned().collect()
    }

    pub(crate) fn provides(&self, key: TypeKey) -> bool {
        self.provisions.iter().any(|provision| provision.key == key)
    }
}

/// Describes a [`Component`] of type `T` step by step.
pub struct ComponentBuilder<T> {
    component: Component,
    of: std::marker::PhantomData<fn() -> T>,
}

impl<T: Send + Sync + 'static> ComponentBuilder<T> {
    /// Adds a type that the component provides beside its own: usually a `dyn Trait`.
    pub fn provides<I: ?Sized + Send + Sync + 'static>(
        mut self,
        upcast: fn(Arc<T>) -> Arc<I>,
    ) -> Self {
        let cast = move |instance: &Instance| {
            let own = instance.clone().downcast::<T>().ok()?;
            Some(Box::new(upcast(own)) as Provided)
        };
        self.component.provisions.push(Provision { key: TypeKey::of::<I>(), cast: Box::new(cast) });
        self
    }

    /// Adds something that `construct` takes from the container.
    pub fn requires(mut self, requirement: Requirement) -> Self {
        self.component.requirements.push(requirement);
        self
    }

    /// Gives the component a name that can be asked for.
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.component.name = Some(name.into());
        self
    }

    /// Makes it the choice where one is asked for and several could answer.
    pub fn primary(mut self) -> Self {
        self.component.primary = true;
        self
    }

    /// Sets its place where all are asked for; lower comes first, 0 if unset.
    pub fn order(mut self, order: i32) -> Self {
        self.component.order = order;
        self
    }

    /// Adds a condition under which it takes part.
    pub fn when(mut self, condition: Condition) -> Self {
        self.component.conditions.push(condition);
        self
    }

    /// Starts and stops it with the rest, by its hooks.
    pub fn lifecycle(self) -> Self
    where
        T: Lifecycle,
    {
        self.hooks(Some(Hooks::of::<T>()))
    }

    #[doc(hidden)]
    pub fn hooks(mut self, hooks: Option<Hooks>) -> Self {
        self.component.hooks = hooks;
        self
    }

    /// Ends the description.
    pub fn build(self) -> Component {
        self.component
    }
}

/// Fails to compile for a trait that threads cannot share.
#[doc(hidden)]
pub const fn assert_interface<T: ?Sized + Send + Sync + 'static>() {}
