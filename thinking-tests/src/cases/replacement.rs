//! What may stand behind `with`: what a case replaces in its container.

use std::sync::Arc;

use thinking_injection::{Component, ContainerBuilder, Pick};
use thinking_modules::Place;

/// A function that says what a case replaces: one that returns an `Arc<T>` or `Arc<dyn Trait>`, which
/// then answers where that is asked for, or one that changes the container's builder.
///
/// `Kind` is found by the compiler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as `with`",
    label = "`with` takes a function without parameters that returns what stands in, `Arc<dyn Trait>` or `Arc<T>`, or a `fn(ContainerBuilder) -> ContainerBuilder`",
    note = "a value is written with what it replaces: `with(dyn Trait = value)`"
)]
pub trait Replacement<Kind> {
    #[doc(hidden)]
    fn apply(self, builder: ContainerBuilder, path: &'static str, place: Place)
    -> ContainerBuilder;
}

impl<F, I> Replacement<fn() -> Arc<I>> for F
where
    F: FnOnce() -> Arc<I>,
    I: ?Sized + Send + Sync + 'static,
{
    fn apply(
        self,
        builder: ContainerBuilder,
        path: &'static str,
        place: Place,
    ) -> ContainerBuilder {
        stand_in(builder, path, place, self())
    }
}

impl<F> Replacement<ContainerBuilder> for F
where
    F: FnOnce(ContainerBuilder) -> ContainerBuilder,
{
    fn apply(self, builder: ContainerBuilder, _: &'static str, _: Place) -> ContainerBuilder {
        self(builder)
    }
}

/// Applies what `with = …` names.
pub fn replace<F: Replacement<K>, K>(
    builder: ContainerBuilder,
    path: &'static str,
    place: Place,
    replacement: F,
) -> ContainerBuilder {
    replacement.apply(builder, path, place)
}

/// Puts `value` in the place of what provides `I`.
pub fn stand_in<I: ?Sized + Send + Sync + 'static>(
    builder: ContainerBuilder,
    path: &'static str,
    place: Place,
    value: Arc<I>,
) -> ContainerBuilder {
    let component = Component::object::<I>(path, place, move |_| Ok(value.clone()));
    builder.replace(Pick::of::<I>(), component.build())
}

/// A value behind `with(… = value)`, which may be in an `Arc` or a `Box` already. The compiler
/// prefers the methods of the type to that of the trait.
pub struct Given<T>(pub T);

impl<T: ?Sized> Given<Arc<T>> {
    #[doc(hidden)]
    pub fn shared(self) -> Arc<T> {
        self.0
    }
}

impl<T: ?Sized> Given<Box<T>> {
    #[doc(hidden)]
    pub fn shared(self) -> Arc<T> {
        self.0.into()
    }
}

#[doc(hidden)]
pub trait Unshared {
    type Value;

    fn shared(self) -> Arc<Self::Value>;
}

impl<T> Unshared for Given<T> {
    type Value = T;

    fn shared(self) -> Arc<T> {
        Arc::new(self.0)
    }
}
