//! The stages of a case as its attribute binds them: `setup`, the body, `teardown`.

use thinking_injection::{BoxError, Outcome, Requirement, Resolver};

use crate::cases::fixtures::Fixtures;
use crate::cases::stage_error::StageError;

/// What the body of a case, and the function that tears down, may return.
#[diagnostic::on_unimplemented(
    message = "a test cannot return `{Self}`",
    label = "a test returns nothing, or `Result<(), E>`"
)]
pub trait CaseResult {
    #[doc(hidden)]
    fn into_result(self) -> Result<(), BoxError>;
}

impl CaseResult for () {
    fn into_result(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError>> CaseResult for Result<(), E> {
    fn into_result(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// The stages of one case, called in order; the value of `setup` is kept in between.
pub trait Stages {
    /// Returns what `setup` asks of the container.
    fn requirements(&self) -> Vec<Requirement> {
        Vec::new()
    }

    /// Tells whether there is a setup or a teardown besides the body.
    fn are_own(&self) -> bool {
        true
    }

    /// Tells whether nothing is asked of what the stages are given.
    fn is_bare(&self) -> bool {
        false
    }

    /// Makes the value of `setup`; the fixtures are there.
    ///
    /// # Errors
    ///
    /// What its function returned.
    fn setup(&mut self, _resolver: &Resolver<'_>) -> Result<(), StageError> {
        Ok(())
    }

    /// Runs the body.
    ///
    /// # Errors
    ///
    /// What it returned.
    fn run(&mut self, resolver: &Resolver<'_>, fixtures: &Fixtures) -> Result<(), StageError>;

    /// Runs what follows the body, whatever became of it.
    ///
    /// # Errors
    ///
    /// What its function returned.
    fn teardown(&mut self, _resolver: &Resolver<'_>, _outcome: &Outcome) -> Result<(), StageError> {
        Ok(())
    }
}

/// A case without `setup` and `teardown`. It is not generic, so that little is compiled for each.
pub struct Plain(pub fn(&Resolver<'_>, &Fixtures) -> Result<(), StageError>);

impl Stages for Plain {
    fn are_own(&self) -> bool {
        false
    }

    fn run(&mut self, resolver: &Resolver<'_>, fixtures: &Fixtures) -> Result<(), StageError> {
        (self.0)(resolver, fixtures)
    }
}

/// A case that is nothing but its body: no parameters, no result.
impl Stages for fn() {
    fn are_own(&self) -> bool {
        false
    }

    fn is_bare(&self) -> bool {
        true
    }

    fn run(&mut self, _: &Resolver<'_>, _: &Fixtures) -> Result<(), StageError> {
        self();
        Ok(())
    }
}

/// A case with `setup` or `teardown`, as closures. `S` is the type of the value in between: the body
/// borrows or takes it, and what it leaves goes to the teardown.
pub struct Bound<S, Setup, Run, Teardown> {
    requirements: Vec<Requirement>,
    value: Option<S>,
    /// Each is there until it is called.
    stages: (Option<Setup>, Option<Run>, Option<Teardown>),
}

impl<S, Setup, Run, Teardown> Bound<S, Setup, Run, Teardown>
where
    Setup: FnOnce(&Resolver<'_>) -> Result<S, StageError>,
    Run: FnOnce(&Resolver<'_>, &Fixtures, &mut Option<S>) -> Result<(), StageError>,
    Teardown: FnOnce(&Resolver<'_>, &mut Option<S>, &Outcome) -> Result<(), StageError>,
{
    /// Binds the stages; `requirements` is what `setup` asks of the container.
    pub fn new(
        requirements: Vec<Requirement>,
        setup: Setup,
        run: Run,
        teardown: Teardown,
    ) -> Bound<S, Setup, Run, Teardown> {
        let stages = (Some(setup), Some(run), Some(teardown));
        Bound { requirements, value: None, stages }
    }
}

impl<S, Setup, Run, Teardown> Stages for Bound<S, Setup, Run, Teardown>
where
    Setup: FnOnce(&Resolver<'_>) -> Result<S, StageError>,
    Run: FnOnce(&Resolver<'_>, &Fixtures, &mut Option<S>) -> Result<(), StageError>,
    Teardown: FnOnce(&Resolver<'_>, &mut Option<S>, &Outcome) -> Result<(), StageError>,
{
    fn requirements(&self) -> Vec<Requirement> {
        self.requirements.clone()
    }

    fn setup(&mut self, resolver: &Resolver<'_>) -> Result<(), StageError> {
        self.value = Some(taken(&mut self.stages.0)?(resolver)?);
        Ok(())
    }

    fn run(&mut self, resolver: &Resolver<'_>, fixtures: &Fixtures) -> Result<(), StageError> {
        taken(&mut self.stages.1)?(resolver, fixtures, &mut self.value)
    }

    fn teardown(&mut self, resolver: &Resolver<'_>, outcome: &Outcome) -> Result<(), StageError> {
        taken(&mut self.stages.2)?(resolver, &mut self.value, outcome)
    }
}

/// Takes what a stage before this one has left.
///
/// # Errors
///
/// [`StageError::OutOfOrder`] if nothing is there.
pub fn taken<T>(left: &mut Option<T>) -> Result<T, StageError> {
    left.take().ok_or(StageError::OutOfOrder)
}

/// Borrows what a stage before this one has left.
///
/// # Errors
///
/// [`StageError::OutOfOrder`] if nothing is there.
pub fn kept<T>(left: &mut Option<T>) -> Result<&mut T, StageError> {
    left.as_mut().ok_or(StageError::OutOfOrder)
}
