//! Hooks of a component: after everything is built, and before it goes away.

use std::fmt;
use std::marker::PhantomData;

use crate::BoxError;
use crate::provided::Provided;

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

/// The hooks of a component whose type implements [`Lifecycle`].
#[derive(Clone, Copy)]
pub struct Hooks {
    pub(crate) start: fn(&Provided) -> Result<(), BoxError>,
    pub(crate) stop: fn(&Provided, &Outcome) -> Result<(), BoxError>,
}

impl Hooks {
    pub(crate) const fn of<T: Lifecycle + Send + Sync + 'static>() -> Self {
        Hooks {
            start: |made| match made.get::<T>() {
                Some(component) => component.start(),
                None => Ok(()),
            },
            stop: |made, outcome| match made.get::<T>() {
                Some(component) => component.stop(outcome),
                None => Ok(()),
            },
        }
    }
}

/// Finds at compile time whether `T` implements [`Lifecycle`]: its own constant is found before
/// that of [`WithoutLifecycle`], as far as it exists.
#[doc(hidden)]
pub struct Probe<T>(PhantomData<T>);

#[doc(hidden)]
pub trait WithoutLifecycle {
    const HOOKS: Option<Hooks> = None;
}

impl<T: Lifecycle + Send + Sync + 'static> Probe<T> {
    #[doc(hidden)]
    pub const HOOKS: Option<Hooks> = Some(Hooks::of::<T>());
}

impl<T> WithoutLifecycle for Probe<T> {}
