//! A component: how it is built, what it provides, and when it takes part.

use std::any::Any;
use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use thinking_modules::Place;

use crate::BoxError;
use crate::condition::Condition;
#[cfg(feature = "tokio")]
use crate::lifecycle::AsyncLifecycle;
use crate::lifecycle::{FoundHooks, Hooks, Instance, Lifecycle};
use crate::requirement::{Requirement, TypeKey};
use crate::resolver::Resolver;
use crate::scope::Scope;

/// What the registry holds for a `#[component]`: a function that describes it.
///
/// It is called once per process; every container shares the description.
pub struct ComponentDefinition(pub fn() -> Component);

/// A type or function that a container builds, described without its type.
pub struct Component {
    pub(crate) path: Cow<'static, str>,
    /// The place of a registered component among all of these, sorted by their full names: two
    /// numbers are compared faster than two texts.
    pub(crate) rank: Option<u32>,
    pub(crate) place: Place,
    pub(crate) name: Option<Cow<'static, str>>,
    pub(crate) primary: bool,
    pub(crate) fallback: bool,
    pub(crate) order: i32,
    pub(crate) scope: Scope,
    pub(crate) conditions: Vec<Condition>,
    /// The type of the instance: the component's own, or an `Arc` of it.
    pub(crate) stored: TypeKey,
    /// The component's own type comes first.
    pub(crate) provisions: Vec<Provision>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) hooks: Option<Hooks>,
    /// When the log names its constructor or hook.
    pub(crate) limit: Option<Duration>,
    /// Whether it is constructed and started while others are.
    pub(crate) parallel: bool,
    construct: Box<Construct>,
}

type Construct = dyn Fn(&Resolver<'_>) -> Result<Instance, BoxError> + Send + Sync;

/// An `Arc<I>` in a box, where `I` is the provided type.
pub(crate) type Provided = Box<dyn Any + Send + Sync>;

/// One type that a component provides, with the cast to it.
#[derive(Clone)]
pub(crate) struct Provision {
    pub(crate) key: TypeKey,
    cast: Cast,
}

#[derive(Clone)]
enum Cast {
    /// Known when the program was compiled, as all that attributes declare.
    Static(&'static dyn Upcast),
    Shared(Arc<dyn Upcast>),
}

/// Makes an `Arc<I>` of an `Arc<T>` that lost its type.
trait Upcast: Send + Sync {
    fn boxed(&self, instance: &Instance) -> Option<Provided>;

    /// Fills `out`, an `Option<Arc<I>>`; nothing is allocated for it.
    fn fill(&self, instance: Instance, out: &mut dyn Any);
}

struct Upcaster<T, I: ?Sized> {
    upcast: fn(Arc<T>) -> Arc<I>,
}

impl<T: Send + Sync + 'static, I: ?Sized + Send + Sync + 'static> Upcast for Upcaster<T, I> {
    fn boxed(&self, instance: &Instance) -> Option<Provided> {
        let own = instance.clone().downcast::<T>().ok()?;
        Some(Box::new((self.upcast)(own)))
    }

    fn fill(&self, instance: Instance, out: &mut dyn Any) {
        if let (Ok(own), Some(out)) = (instance.downcast::<T>(), out.downcast_mut()) {
            *out = Some((self.upcast)(own));
        }
    }
}

/// The cast of every component to its own type, which needs no memory of its own.
struct Itself<T>(PhantomData<fn() -> T>);

impl<T: Send + Sync + 'static> Itself<T> {
    const STATIC: &'static dyn Upcast = &Itself::<T>(PhantomData);
}

impl<T: Send + Sync + 'static> Upcast for Itself<T> {
    fn boxed(&self, instance: &Instance) -> Option<Provided> {
        Some(Box::new(instance.clone().downcast::<T>().ok()?))
    }

    fn fill(&self, instance: Instance, out: &mut dyn Any) {
        if let (Ok(own), Some(out)) = (instance.downcast::<T>(), out.downcast_mut()) {
            *out = Some(own);
        }
    }
}

impl Provision {
    fn itself<T: Send + Sync + 'static>() -> Self {
        Provision { key: TypeKey::of::<T>(), cast: Cast::Static(Itself::<T>::STATIC) }
    }

    pub(crate) fn new<T: Send + Sync + 'static, I: ?Sized + Send + Sync + 'static>(
        upcast: fn(Arc<T>) -> Arc<I>,
    ) -> Self {
        let cast = Cast::Shared(Arc::new(Upcaster { upcast }));
        Provision { key: TypeKey::of::<I>(), cast }
    }

    fn cast(&self) -> &dyn Upcast {
        match &self.cast {
            Cast::Static(cast) => *cast,
            Cast::Shared(cast) => &**cast,
        }
    }

    pub(crate) fn boxed(&self, instance: &Instance) -> Option<Provided> {
        self.cast().boxed(instance)
    }

    /// Returns the instance as what it provides, an `Arc<I>`.
    pub(crate) fn provided<I: ?Sized + 'static>(&self, instance: Instance) -> Option<Arc<I>> {
        let mut out: Option<Arc<I>> = None;
        self.cast().fill(instance, &mut out);
        out
    }
}

impl Component {
    /// Starts to describe a component of type `T` that `construct` builds.
    ///
    /// `path` is its full name, `module::Name`; it identifies the component in messages and in
    /// the records of runs, so it should be the same on every start, and its own.
    pub fn builder<T: Send + Sync + 'static>(
        path: impl Into<Cow<'static, str>>,
        place: Place,
        construct: impl Fn(&Resolver<'_>) -> Result<T, BoxError> + Send + Sync + 'static,
    ) -> ComponentBuilder<T> {
        let construct = move |resolver: &Resolver<'_>| Ok(Arc::new(construct(resolver)?));
        Self::described(path.into(), place, Provision::itself::<T>(), construct)
    }

    /// Starts to describe a component of which only the interface `I` is known: it provides that.
    ///
    /// Its hooks are called if `I` has [`Lifecycle`] as a supertrait.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use thinking_injection::{Component, Container};
    ///
    /// trait Greeter: Send + Sync {
    ///     fn greet(&self) -> &str;
    /// }
    ///
    /// impl Greeter for String {
    ///     fn greet(&self) -> &str {
    ///         self
    ///     }
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let greeter = Component::object::<dyn Greeter>("app::greeter", thinking_modules::here!(), |_| {
    ///     Ok(Arc::new("hello".to_owned()))
    /// });
    /// let container = Container::builder().component(greeter.build()).build()?;
    /// assert_eq!(container.get::<dyn Greeter>()?.greet(), "hello");
    /// # Ok(()) }
    /// ```
    pub fn object<I: ?Sized + Send + Sync + 'static>(
        path: impl Into<Cow<'static, str>>,
        place: Place,
        construct: impl Fn(&Resolver<'_>) -> Result<Arc<I>, BoxError> + Send + Sync + 'static,
    ) -> ComponentBuilder<Arc<I>> {
        let own = Provision::new(|stored: Arc<Arc<I>>| Arc::clone(&*stored));
        let construct = move |resolver: &Resolver<'_>| Ok(Arc::new(construct(resolver)?));
        Self::described(path.into(), place, own, construct)
    }

    /// Starts to describe a component that exists already, such as a test's double.
    pub fn existing<T: Send + Sync + 'static>(
        path: impl Into<Cow<'static, str>>,
        place: Place,
        value: Arc<T>,
    ) -> ComponentBuilder<T> {
        let construct = move |_: &Resolver<'_>| Ok(value.clone());
        Self::described(path.into(), place, Provision::itself::<T>(), construct)
    }

    fn described<T: Send + Sync + 'static>(
        path: Cow<'static, str>,
        place: Place,
        own: Provision,
        construct: impl Fn(&Resolver<'_>) -> Result<Arc<T>, BoxError> + Send + Sync + 'static,
    ) -> ComponentBuilder<T> {
        let component = Component {
            path,
            rank: None,
            place,
            name: None,
            primary: false,
            fallback: false,
            order: 0,
            scope: Scope::Singleton,
            conditions: Vec::new(),
            stored: TypeKey::of::<T>(),
            provisions: vec![own],
            requirements: Vec::new(),
            hooks: None,
            limit: None,
            parallel: false,
            construct: Box::new(move |resolver| Ok(construct(resolver)?)),
        };
        ComponentBuilder { component, of: PhantomData }
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
        self.conditions.iter().flat_map(Condition::profiles)
    }

    /// Returns the component's own type.
    pub(crate) fn own(&self) -> Option<TypeKey> {
        self.provisions.first().map(|provision| provision.key)
    }

    /// Returns the types that it provides beside its own.
    pub(crate) fn interfaces(&self) -> impl Iterator<Item = TypeKey> {
        self.provisions.iter().skip(1).map(|provision| provision.key)
    }

    /// Returns which of its provisions is of a type.
    pub(crate) fn provision(&self, key: TypeKey) -> Option<usize> {
        self.provisions.iter().position(|provision| provision.key == key)
    }

    /// Adds a provision, unless it has it already.
    pub(crate) fn provide(&mut self, provision: Provision) {
        if self.provision(provision.key).is_none() {
            self.provisions.push(provision);
        }
    }
}

/// Describes a [`Component`] of type `T` step by step.
pub struct ComponentBuilder<T> {
    component: Component,
    of: PhantomData<fn() -> T>,
}

impl<T: Send + Sync + 'static> ComponentBuilder<T> {
    /// Adds a type that the component provides beside its own: usually a `dyn Trait`.
    pub fn provides<I: ?Sized + Send + Sync + 'static>(
        mut self,
        upcast: fn(Arc<T>) -> Arc<I>,
    ) -> Self {
        self.component.provide(Provision::new(upcast));
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

    /// Lets it take part only where nothing else that is active provides a type.
    pub fn fallback(mut self) -> Self {
        self.component.fallback = true;
        self
    }

    /// Sets its place where all are asked for; lower comes first, 0 if unset.
    pub fn order(mut self, order: i32) -> Self {
        self.component.order = order;
        self
    }

    /// Sets how long it lives; [`Scope::Singleton`] if unset.
    pub fn scope(mut self, scope: Scope) -> Self {
        self.component.scope = scope;
        self
    }

    /// Adds a condition under which it takes part.
    pub fn when(mut self, condition: Condition) -> Self {
        self.component.conditions.push(condition);
        self
    }

    /// Lets the log name its constructor and hooks when they take longer; see
    /// [`ContainerBuilder::hook_limit`](crate::ContainerBuilder::hook_limit).
    pub fn limit(mut self, limit: Duration) -> Self {
        self.component.limit = Some(limit);
        self
    }

    /// Lets it be constructed and started on a thread of its own as soon as what it requires is
    /// ready, while others are, too. Counts for singletons only: others are made when they are asked
    /// for.
    ///
    /// The thread costs some ten microseconds, so it is for what waits or computes long. The
    /// container is the same that one after the other would give: what a component read, who is
    /// stopped when, and the error that is reported. What `construct` takes through a
    /// [`Lazy`](crate::Lazy), a [`Factory`](crate::Factory) or the [`Container`](crate::Container)
    /// may not be there yet: nothing waits for it.
    ///
    /// ```
    /// extern crate thinking_injection as thinking;
    /// use std::sync::{Arc, Barrier};
    /// use thinking::{Component, Container};
    /// use thinking_modules::here;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // Neither is ready before the other is.
    /// let both = Arc::new(Barrier::new(2));
    /// let (one, two) = (both.clone(), both);
    /// let one = Component::builder("app::one", here!(), move |_| {
    ///     one.wait();
    ///     Ok(1_u32)
    /// });
    /// let two = Component::builder("app::two", here!(), move |_| {
    ///     two.wait();
    ///     Ok(2_u64)
    /// });
    /// let (one, two) = (one.parallel().build(), two.parallel().build());
    /// let container = Container::builder().component(one).component(two).build()?;
    /// assert_eq!(u64::from(*container.get::<u32>()?) + *container.get::<u64>()?, 3);
    /// # Ok(()) }
    /// ```
    pub fn parallel(mut self) -> Self {
        self.component.parallel = true;
        self
    }

    /// Starts and stops it with the rest, by its hooks.
    pub fn lifecycle(self) -> Self
    where
        T: Lifecycle,
    {
        self.hooks(Some(Hooks::of::<T>()))
    }

    /// As [`lifecycle`](Self::lifecycle), for hooks that are `async`.
    #[cfg(feature = "tokio")]
    pub fn async_lifecycle(self) -> Self
    where
        T: AsyncLifecycle,
    {
        self.hooks(Some(Hooks::of_async::<T>()))
    }

    #[doc(hidden)]
    pub fn hooks(mut self, hooks: impl FoundHooks) -> Self {
        self.component.hooks = hooks.found();
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
