//! Hooks of a component: after everything is built, and before it goes away.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::BoxError;

/// Start and stop of a component. Implementing it is enough; the attribute finds it.
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

/// The hooks of a component whose type implements [`Lifecycle`].
#[derive(Clone, Copy)]
pub struct Hooks {
    pub(crate) start: fn(&Instance) -> Result<(), BoxError>,
    pub(crate) stop: fn(&Instance, &Outcome) -> Result<(), BoxError>,
}

impl Hooks {
    pub(crate) fn of<T: Lifecycle + 'static>() -> Self {
        Hooks {
            start: |instance| match instance.downcast_ref::<T>() {
                Some(component) => component.start(),
                None => Ok(()),
            },
            stop: |instance, outcome| match instance.downcast_ref::<T>() {
                Some(component) => component.stop(outcome),
                None => Ok(()),
            },
        }
    }
}

/// Finds at compile time whether `T` implements [`Lifecycle`]: the method of [`WithLifecycle`]
/// is found before that of [`WithoutLifecycle`], which needs one more reference.
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

#[doc(hidden)]
pub trait WithoutLifecycle {
    fn hooks(&self) -> Option<Hooks>;
}

impl<T: Lifecycle + 'static> WithLifecycle for Probe<T> {
    fn hooks(&self) -> Option<Hooks> {
        Some(Hooks::of::<T>())
    }
}

impl<T> WithoutLifecycle for &Probe<T> {
    fn hooks(&self) -> Option<Hooks> {
        None
    }
}
