//! What may stand behind `setup =`: a function whose parameters are injected.

use thinking_injection::{BoxError, Requirement, ResolveError, Resolver};

use crate::cases::stage_error::StageError;

/// A function or closure of up to eight parameters that a container supplies.
///
/// `Parameters` is found by the compiler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as `setup`",
    label = "`setup` takes a function or closure of up to eight parameters, each of which can be injected",
    note = "write out the types of a closure's parameters: `setup = |clock: Arc<dyn Clock>| …`"
)]
pub trait Setup<Parameters> {
    /// What it returns: a value, or a `Result` of one.
    type Output;

    #[doc(hidden)]
    fn requirements() -> Vec<Requirement>;

    #[doc(hidden)]
    fn call(self, resolver: &Resolver<'_>) -> Result<Self::Output, ResolveError>;
}

/// Returns what `setup` asks of the container.
pub fn requirements_of<F: Setup<P>, P>(_setup: &F) -> Vec<Requirement> {
    F::requirements()
}

/// Calls `setup`.
///
/// # Errors
///
/// A parameter cannot be supplied; it was not called.
pub fn set_up<F: Setup<P>, P>(
    setup: F,
    resolver: &Resolver<'_>,
) -> Result<Made<F::Output>, StageError> {
    Ok(Made(setup.call(resolver)?))
}

/// What `setup` returned. Of a `Result` the value counts; the compiler prefers the method of the
/// type to that of the trait.
pub struct Made<T>(T);

impl<T, E> Made<Result<T, E>> {
    #[doc(hidden)]
    pub fn value(self) -> Result<T, StageError>
    where
        E: Into<BoxError>,
    {
        self.0.map_err(|error| StageError::Returned(error.into()))
    }
}

#[doc(hidden)]
pub trait WithoutError {
    type Value;

    fn value(self) -> Result<Self::Value, StageError>;
}

impl<T> WithoutError for Made<T> {
    type Value = T;

    fn value(self) -> Result<T, StageError> {
        Ok(self.0)
    }
}

/// What is left for the teardown of a case that takes the value of `setup`: a clone if there can be
/// one. The compiler prefers the method of the type to that of the trait.
pub struct Left<'a, T>(pub &'a T);

impl<T: Clone> Left<'_, T> {
    #[doc(hidden)]
    pub fn left(&self) -> T {
        self.0.clone()
    }
}

/// Stands for the value of `setup` once the case has taken it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NothingLeft;

#[doc(hidden)]
pub trait WithoutClone {
    fn left(&self) -> NothingLeft {
        NothingLeft
    }
}

impl<T> WithoutClone for Left<'_, T> {}

thinking_injection::__functions!(Setup, "setup, ");
