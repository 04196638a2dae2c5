//! Hooks of a component: after everything is built, and before it goes away.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::BoxError;
use crate::container::Inner;

/// Start and stop of a component. Implementing it is enough; the attribute finds it.
///
/// With the feature `tokio`, `AsyncLifecycle` is the same for hooks that wait; a component has one
/// of the two.
pub trait Lifecycle {
    /// Runs once all components are built, those it depends on first.
    ///
    /// # Errors
    ///
    /// The program does not start; what was started is stopped in reverse.
    fn start(&self) -> Result<(), BoxError> {
        Ok(())
    }

    /// Runs after the program's work, those that depend on it first. It is told how the work
    /// ended, and it runs for each component whose `start` succeeded.
    ///
    /// # Errors
    ///
    /// They are collected and logged; the other components are stopped all the same.
    fn stop(&self, outcome: &Outcome) -> Result<(), BoxError> {
        let _ = outcome;
        Ok(())
    }
}

/// As [`Lifecycle`], for hooks that are `async`. A component has one of the two.
///
/// The hooks run on the thread that starts and stops the components, which waits for each, inside
/// the container's runtime of tokio. They need not be `Send`.
///
/// ```
/// extern crate thinking_injection as thinking;
/// use thinking::{AsyncLifecycle, BoxError, Container, Outcome, component};
/// use tokio::sync::watch;
///
/// #[component]
/// struct Session {
///     #[inject(value = watch::Sender::new("new"))]
///     state: watch::Sender<&'static str>,
/// }
///
/// impl AsyncLifecycle for Session {
///     async fn start(&self) -> Result<(), BoxError> {
///         let state = self.state.clone();
///         tokio::spawn(async move { state.send_replace("open") });
///         self.state.subscribe().wait_for(|state| *state == "open").await?;
///         Ok(())
///     }
///
///     async fn stop(&self, _outcome: &Outcome) -> Result<(), BoxError> {
///         self.state.send_replace("closed");
///         Ok(())
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let container = Container::builder().registered().build()?;
/// let session = container.get::<Session>()?;
/// assert_eq!(*session.state.borrow(), "open");
/// container.stop(&Outcome::Success);
/// assert_eq!(*session.state.borrow(), "closed");
/// # Ok(()) }
/// ```
#[cfg(feature = "tokio")]
pub trait AsyncLifecycle {
    /// Runs once all components are built, those it depends on first.
    ///
    /// # Errors
    ///
    /// The program does not start; what was started is stopped in reverse.
    fn start(&self) -> impl Future<Output = Result<(), BoxError>> {
        async { Ok(()) }
    }

    /// Runs after the program's work, those that depend on it first. It is told how the work
    /// ended, and it runs for each component whose `start` succeeded. What the component spawned
    /// should be at its end, too, when this returns: later it is dropped where it stands.
    ///
    /// # Errors
    ///
    /// They are collected and logged; the other components are stopped all the same.
    fn stop(&self, outcome: &Outcome) -> impl Future<Output = Result<(), BoxError>> {
        let _ = outcome;
        async { Ok(()) }
    }
}

impl<T: Lifecycle + ?Sized> Lifecycle for Arc<T> {
    fn start(&self) -> Result<(), BoxError> {
        (**self).start()
    }

    fn stop(&self, outcome: &Outcome) -> Result<(), BoxError> {
        (**self).stop(outcome)
    }
}

/// How the work of a program, or of a test case, ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was done.
    Success,
    /// It failed, with this message.
    Failure(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Success => f.write_str("success"),
            Outcome::Failure(message) => write!(f, "failure: {message}"),
        }
    }
}

/// A component without its type.
pub(crate) type Instance = Arc<dyn Any + Send + Sync>;

/// The hooks of a component whose type implements [`Lifecycle`] or `AsyncLifecycle`.
#[derive(Clone, Copy)]
pub struct Hooks {
    pub(crate) start: fn(&Instance, &Inner) -> Result<(), BoxError>,
    pub(crate) stop: fn(&Instance, &Inner, &Outcome) -> Result<(), BoxError>,
}

impl Hooks {
    pub(crate) fn of<T: Lifecycle + 'static>() -> Self {
        Hooks {
            start: |instance, _| match instance.downcast_ref::<T>() {
                Some(component) => component.start(),
                None => Ok(()),
            },
            stop: |instance, _, outcome| match instance.downcast_ref::<T>() {
                Some(component) => component.stop(outcome),
                None => Ok(()),
            },
        }
    }

    #[cfg(feature = "tokio")]
    pub(crate) fn of_async<T: AsyncLifecycle + 'static>() -> Self {
        Hooks {
            start: |instance, inner| match instance.downcast_ref::<T>() {
                Some(component) => inner.tokio()?.block_on(component.start()),
                None => Ok(()),
            },
            stop: |instance, inner, outcome| match instance.downcast_ref::<T>() {
                Some(component) => inner.tokio()?.block_on(component.stop(outcome)),
                None => Ok(()),
            },
        }
    }
}

/// Finds at compile time which hooks `T` has. `(&&Probe).hooks()` is the method of
/// [`WithTwoLifecycles`], or else that of [`WithLifecycle`] or [`WithAsyncLifecycle`], which needs one
/// more reference, or else that of [`WithoutLifecycle`], which needs one less.
#[doc(hidden)]
pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    #[doc(hidden)]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Probe(PhantomData)
    }
}

#[doc(hidden)]
pub trait WithLifecycle {
    fn hooks(&self) -> Option<Hooks>;
}

/// Implemented with the feature `tokio` only; generated code names it in either case.
#[doc(hidden)]
pub trait WithAsyncLifecycle {
    fn hooks(&self) -> Option<Hooks>;
}

/// As [`WithAsyncLifecycle`].
#[doc(hidden)]
pub trait WithTwoLifecycles {
    fn hooks(&self) -> TwoLifecycles;
}

#[doc(hidden)]
pub trait WithoutLifecycle {
    fn hooks(&self) -> Option<Hooks>;
}

/// Says nothing about whose hooks to call.
#[doc(hidden)]
pub struct TwoLifecycles;

/// What was found of hooks.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a component implements `Lifecycle` or `AsyncLifecycle`, not both",
    label = "this one implements both",
    note = "move what the one does into the other: an `async` hook may do what a plain one does"
)]
pub trait FoundHooks {
    fn found(self) -> Option<Hooks>;
}

impl FoundHooks for Option<Hooks> {
    fn found(self) -> Option<Hooks> {
        self
    }
}

#[cfg(feature = "tokio")]
impl<T: Lifecycle + AsyncLifecycle> WithTwoLifecycles for &Probe<T> {
    fn hooks(&self) -> TwoLifecycles {
        TwoLifecycles
    }
}

impl<T: Lifecycle + 'static> WithLifecycle for &&Probe<T> {
    fn hooks(&self) -> Option<Hooks> {
        Some(Hooks::of::<T>())
    }
}

#[cfg(feature = "tokio")]
impl<T: AsyncLifecycle + 'static> WithAsyncLifecycle for &&Probe<T> {
    fn hooks(&self) -> Option<Hooks> {
        Some(Hooks::of_async::<T>())
    }
}

impl<T> WithoutLifecycle for Probe<T> {
    fn hooks(&self) -> Option<Hooks> {
        None
    }
}
