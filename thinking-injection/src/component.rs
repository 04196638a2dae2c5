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
use crate::lifecycle::{FoundHooks, Hooks, Lifecycle};
use crate::provided::Provided;
use crate::requirement::{Arity, Requirement, TypeKey, Want};
use crate::resolver::Resolver;
use crate::scope::Scope;
use crate::types;

/// What the registry holds for a `#[component]`: a function that describes it.
///
/// It is called once per process; every container shares the description.
pub struct ComponentDefinition(pub fn() -> Component);

/// A type or function that a container builds, described without its type.
pub struct Component {
    pub(crate) path: Cow<'static, str>,
    /// The place of a registered component's full name among those of all of these: two numbers are
    /// compared faster than two texts.
    pub(crate) rank: Option<u32>,
    pub(crate) place: Place,
    pub(crate) name: Option<Cow<'static, str>>,
    pub(crate) primary: bool,
    pub(crate) fallback: bool,
    pub(crate) order: i32,
    pub(crate) scope: Scope,
    pub(crate) conditions: Vec<Condition>,
    /// The component's own type comes first.
    pub(crate) provisions: Vec<Provision>,
    pub(crate) requirements: Vec<Requirement>,
    /// For each requirement the number of its type if it asks for one component now, whatever its
    /// name: what most do, without all that others say.
    pub(crate) ones: Box<[Option<u32>]>,
    pub(crate) hooks: Option<Hooks>,
    /// When the log names its constructor or hook.
    pub(crate) limit: Option<Duration>,
    /// Whether it is constructed and started while others are.
    pub(crate) parallel: bool,
    construct: Box<dyn Construct>,
}

/// A constructor without the type of what it makes.
trait Construct: Send + Sync {
    fn construct(&self, resolver: &Resolver<'_>) -> Result<Provided, BoxError>;

    /// Constructs one for who asks: fills `out`, an `Option<Arc<T>>`. Nothing else is allocated.
    fn construct_for(&self, resolver: &Resolver<'_>, out: &mut dyn Any) -> Result<(), BoxError>;

    /// Fills `out`, an `Option<Arc<T>>`, with what was constructed before.
    fn share(&self, made: &Provided, out: &mut dyn Any);
}

struct Constructor<T: ?Sized, F> {
    construct: F,
    of: PhantomData<fn() -> T>,
}

impl<T, F> Construct for Constructor<T, F>
where
    T: ?Sized + Send + Sync + 'static,
    F: Fn(&Resolver<'_>) -> Result<Arc<T>, BoxError> + Send + Sync,
{
    fn construct(&self, resolver: &Resolver<'_>) -> Result<Provided, BoxError> {
        Ok(Provided::of((self.construct)(resolver)?))
    }

    fn construct_for(&self, resolver: &Resolver<'_>, out: &mut dyn Any) -> Result<(), BoxError> {
        let made = (self.construct)(resolver)?;
        if let Some(out) = out.downcast_mut() {
            *out = Some(made);
        }
        Ok(())
    }

    fn share(&self, made: &Provided, out: &mut dyn Any) {
        if let (Some(made), Some(out)) = (made.get::<T>(), out.downcast_mut()) {
            *out = Some(made.clone());
        }
    }
}

/// The constructor of a singleton, which nobody asks to make another one. Without the type, as most
/// components of a program are singletons: nothing of it is compiled for each of them.
struct Singleton(fn(&Resolver<'_>) -> Result<Provided, BoxError>);

impl Construct for Singleton {
    fn construct(&self, resolver: &Resolver<'_>) -> Result<Provided, BoxError> {
        (self.0)(resolver)
    }

    fn construct_for(&self, _resolver: &Resolver<'_>, _out: &mut dyn Any) -> Result<(), BoxError> {
        Ok(())
    }

    fn share(&self, _made: &Provided, _out: &mut dyn Any) {}
}

/// One type that a component provides.
#[derive(Clone)]
pub(crate) struct Provision {
    pub(crate) key: TypeKey,
    /// The number of the type.
    pub(crate) number: u32,
    /// The cast to it; none for the component's own type.
    cast: Option<Arc<dyn Upcast>>,
}

/// Makes an `Arc<I>` of an `Arc<T>` that lost its type.
trait Upcast: Send + Sync {
    fn kept(&self, own: &Provided) -> Option<Provided>;

    /// Fills `out`, an `Option<Arc<I>>`; nothing is allocated for it.
    fn fill(&self, own: &Provided, out: &mut dyn Any);
}

struct Upcaster<T: ?Sized, I: ?Sized> {
    upcast: fn(Arc<T>) -> Arc<I>,
}

impl<T, I> Upcast for Upcaster<T, I>
where
    T: ?Sized + Send + Sync + 'static,
    I: ?Sized + Send + Sync + 'static,
{
    fn kept(&self, own: &Provided) -> Option<Provided> {
        Some(Provided::of((self.upcast)(own.get::<T>()?.clone())))
    }

    fn fill(&self, own: &Provided, out: &mut dyn Any) {
        if let (Some(own), Some(out)) = (own.get::<T>(), out.downcast_mut()) {
            *out = Some((self.upcast)(own.clone()));
        }
    }
}

impl Provision {
    pub(crate) fn new<T, I>(upcast: fn(Arc<T>) -> Arc<I>) -> Self
    where
        T: ?Sized + Send + Sync + 'static,
        I: ?Sized + Send + Sync + 'static,
    {
        let key = TypeKey::of::<I>();
        let (number, cast) = (types::number(key), Arc::new(Upcaster { upcast }));
        Provision { key, number, cast: Some(cast) }
    }

    /// Returns a component as what it provides.
    pub(crate) fn kept(&self, own: &Provided) -> Option<Provided> {
        self.cast.as_ref()?.kept(own)
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
        let construct = Constructor { construct, of: PhantomData };
        Self::described(path.into(), place, TypeKey::of::<T>(), Box::new(construct))
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
    ) -> ComponentBuilder<I> {
        let construct = Constructor { construct, of: PhantomData };
        Self::described(path.into(), place, TypeKey::of::<I>(), Box::new(construct))
    }

    /// Starts to describe a component that exists already, such as a test's double.
    pub fn existing<T: Send + Sync + 'static>(
        path: impl Into<Cow<'static, str>>,
        place: Place,
        value: Arc<T>,
    ) -> ComponentBuilder<T> {
        let construct = move |_: &Resolver<'_>| Ok(value.clone());
        let construct = Constructor { construct, of: PhantomData };
        Self::described(path.into(), place, TypeKey::of::<T>(), Box::new(construct))
    }

    /// Starts to describe a singleton that an attribute declares. It is not generic, so that
    /// little is compiled for each.
    #[doc(hidden)]
    pub fn singleton(
        path: &'static str,
        place: Place,
        own: TypeKey,
        construct: fn(&Resolver<'_>) -> Result<Provided, BoxError>,
    ) -> ComponentBuilder<Declared> {
        Self::described(path.into(), place, own, Box::new(Singleton(construct)))
    }

    fn described<T: ?Sized>(
        path: Cow<'static, str>,
        place: Place,
        own: TypeKey,
        construct: Box<dyn Construct>,
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
            provisions: vec![Provision { key: own, number: types::number(own), cast: None }],
            requirements: Vec::new(),
            ones: Box::default(),
            hooks: None,
            limit: None,
            parallel: false,
            construct,
        };
        ComponentBuilder { component, of: PhantomData }
    }

    pub(crate) fn construct(&self, resolver: &Resolver<'_>) -> Result<Provided, BoxError> {
        self.construct.construct(resolver)
    }

    /// Constructs one as what its provision at `position` says: fills `out`, an `Option` of an
    /// `Arc` of that type.
    pub(crate) fn construct_for(
        &self,
        position: usize,
        resolver: &Resolver<'_>,
        out: &mut dyn Any,
    ) -> Result<(), BoxError> {
        match &self.provisions[position].cast {
            None => self.construct.construct_for(resolver, out),
            Some(cast) => {
                cast.fill(&self.construct(resolver)?, out);
                Ok(())
            }
        }
    }

    /// Fills `out`, as [`construct_for`](Self::construct_for) does, with what was constructed.
    pub(crate) fn share(&self, position: usize, made: &Provided, out: &mut dyn Any) {
        match &self.provisions[position].cast {
            None => self.construct.share(made, out),
            Some(cast) => cast.fill(made, out),
        }
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
pub struct ComponentBuilder<T: ?Sized> {
    component: Component,
    of: PhantomData<fn() -> T>,
}

/// Stands for the type of a singleton that an attribute declares.
#[doc(hidden)]
pub struct Declared(());

impl<T: ?Sized + Send + Sync + 'static> ComponentBuilder<T> {
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
    pub fn lifecycle(mut self) -> Self
    where
        T: Lifecycle,
    {
        self.component.hooks = Some(Hooks::of::<T>());
        self
    }

    /// As [`lifecycle`](Self::lifecycle), for hooks that are `async`.
    #[cfg(feature = "tokio")]
    pub fn async_lifecycle(mut self) -> Self
    where
        T: AsyncLifecycle + Sized,
    {
        self.component.hooks = Some(Hooks::of_async::<T>());
        self
    }

    /// Adds a type that the component, which is a `C`, provides beside its own.
    #[doc(hidden)]
    pub fn provides_of<C, I>(mut self, upcast: fn(Arc<C>) -> Arc<I>) -> Self
    where
        C: ?Sized + Send + Sync + 'static,
        I: ?Sized + Send + Sync + 'static,
    {
        self.component.provide(Provision::new(upcast));
        self
    }

    /// Adds everything that `construct` takes from the container.
    #[doc(hidden)]
    pub fn requires_all(mut self, requirements: &[Requirement]) -> Self {
        self.component.requirements.extend_from_slice(requirements);
        self
    }

    #[doc(hidden)]
    pub fn hooks(mut self, hooks: impl FoundHooks) -> Self {
        self.component.hooks = hooks.found();
        self
    }

    /// Ends the description.
    pub fn build(mut self) -> Component {
        let number = |requirement: &Requirement| match (requirement.want, requirement.name) {
            (Want::Components(key, Arity::One | Arity::Optional), None) => Some(types::number(key)),
            _ => None,
        };
        self.component.ones = self.component.requirements.iter().map(number).collect();
        self.component
    }
}

/// Fails to compile for a trait that threads cannot share.
#[doc(hidden)]
pub const fn assert_interface<T: ?Sized + Send + Sync + 'static>() {}
