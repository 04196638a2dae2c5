//! Hooks of a component: after everything is built, and before it goes away.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::BoxError;
use crate::container::Inner;
use crate::provided::Provided;

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
    /// A signal ended it in order; this is the signal's name. A later session goes on.
    Interrupted(String),
    /// It ended in order, for this reason, and a later session goes on.
    ToBeContinued(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Success => f.write_str("success"),
            Outcome::Failure(message) => write!(f, "failure: {message}"),
            Outcome::Interrupted(signal) => write!(f, "interrupted by {signal}"),
            Outcome::ToBeContinued(reason) => write!(f, "to be continued: {reason}"),
        }
    }
}

/// The hooks of a component whose type implements [`Lifecycle`] or `AsyncLifecycle`.
#[derive(Clone, Copy)]
pub struct Hooks {
    pub(crate) start: fn(&Provided, &Inner) -> Result<(), BoxError>,
    pub(crate) stop: fn(&Provided, &Inner, &Outcome) -> Result<(), BoxError>,
}

impl Hooks {
    pub(crate) const fn of<T: Lifecycle + ?Sized + Send + Sync + 'static>() -> Self {
        Hooks {
            start: |made, _| match made.get::<T>() {
                Some(component) => T::start(component),
                None => Ok(()),
            },
            stop: |made, _, outcome| match made.get::<T>() {
                Some(component) => T::stop(component, outcome),
                None => Ok(()),
            },
        }
    }

    #[cfg(feature = "tokio")]
    pub(crate) const fn of_async<T: AsyncLifecycle + Send + Sync + 'static>() -> Self {
        Hooks {
            start: |made, inner| match made.get::<T>() {
                Some(component) => inner.tokio()?.block_on(T::start(component)),
                None => Ok(()),
            },
            stop: |made, inner, outcome| match made.get::<T>() {
                Some(component) => inner.tokio()?.block_on(T::stop(component, outcome)),
                None => Ok(()),
            },
        }
    }
}

/// Finds at compile time which hooks `T` has: its own constants are found before those of
/// [`WithoutLifecycle`], as far as they exist.
#[doc(hidden)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

/// Says that there are no hooks of a kind.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct NoHooks;

#[doc(hidden)]
pub trait WithoutLifecycle {
    const HOOKS: NoHooks = NoHooks;
    const ASYNC_HOOKS: NoHooks = NoHooks;
}

impl<T: ?Sized> WithoutLifecycle for Probe<T> {}

impl<T: Lifecycle + ?Sized + Send + Sync + 'static> Probe<T> {
    #[doc(hidden)]
    pub const HOOKS: Hooks = Hooks::of::<T>();
}

#[cfg(feature = "tokio")]
impl<T: AsyncLifecycle + Send + Sync + 'static> Probe<T> {
    #[doc(hidden)]
    pub const ASYNC_HOOKS: Hooks = Hooks::of_async::<T>();
}

/// What was found of plain and of `async` hooks.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a component implements `Lifecycle` or `AsyncLifecycle`, not both",
    label = "this one implements both",
    note = "move what the one does into the other: an `async` hook may do what a plain one does"
)]
pub trait FoundHooks {
    fn found(self) -> Option<Hooks>;
}

impl FoundHooks for (NoHooks, NoHooks) {
    fn found(self) -> Option<Hooks> {
        None
    }
}

impl FoundHooks for (Hooks, NoHooks) {
    fn found(self) -> Option<Hooks> {
        Some(self.0)
    }
}

impl FoundHooks for (NoHooks, Hooks) {
    fn found(self) -> Option<Hooks> {
        Some(self.1)
    }
}
