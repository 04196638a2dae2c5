//! What may stand behind `teardown =`: a function of the value, the outcome, both or nothing.

use std::any::Any;
use std::sync::Arc;

use thinking_injection::{BoxError, Outcome};

use crate::cases::bound::CaseResult;
use crate::cases::fixture::FixtureValue;
use crate::cases::stage_error::StageError;

/// A function or closure that is called when the body has ended, with the value of type `S`.
///
/// `Form` is found by the compiler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as `teardown`",
    label = "`teardown` takes a function of nothing, of the value that was made, here of type `{S}`, of the `Outcome` or `&Outcome`, or of both in this order",
    note = "it returns nothing, or `Result<(), E>`; write out the types of a closure's parameters",
    note = "a test that takes `setup` by value leaves only a clone, or `NothingLeft` if the type is not `Clone`: let it take `setup: &T` or `setup: &mut T`"
)]
pub trait Teardown<S, Form> {
    #[doc(hidden)]
    fn call(self, value: S, outcome: &Outcome) -> Result<(), BoxError>;
}

/// Calls `teardown`. The value comes first, so that the compiler knows its type when it looks for the
/// form of the function.
///
/// # Errors
///
/// What it returned.
pub fn tear_down<S, F: Teardown<S, P>, P>(
    value: S,
    teardown: F,
    outcome: &Outcome,
) -> Result<(), StageError> {
    teardown.call(value, outcome).map_err(StageError::Returned)
}

/// Calls the `teardown` of a fixture whose value is of type `T`.
///
/// # Errors
///
/// What it returned; [`StageError::WrongFixture`] if the value has another type,
/// [`StageError::StillUsed`] if somebody else holds it.
pub fn tear_down_fixture<T, F, P>(
    teardown: F,
    name: &'static str,
    value: FixtureValue,
    outcome: &Outcome,
) -> Result<(), StageError>
where
    T: Any + Send + Sync,
    F: Teardown<T, P>,
{
    let value: Arc<T> = value.downcast().map_err(|_| StageError::WrongFixture(name))?;
    let value = Arc::into_inner(value).ok_or(StageError::StillUsed(name))?;
    tear_down(value, teardown, outcome)
}

/// Which of the forms a function has. The parameters' types would not tell apart a value from an
/// outcome.
pub struct Form<const NUMBER: usize>;

macro_rules! teardown {
    ($value:ident, $outcome:ident; $($form:literal: ($($parameter:ty),*) => ($($argument:expr),*);)*) => {$(
        impl<Function, Output, S> Teardown<S, Form<$form>> for Function
        where
            Function: FnOnce($($parameter),*) -> Output,
            Output: CaseResult,
        {
            fn call(self, $value: S, $outcome: &Outcome) -> Result<(), BoxError> {
                let _ = (&$value, $outcome);
                self($($argument),*).into_result()
            }
        }
    )*};
}

teardown! {
    value, outcome;
    0: () => ();
    1: (S) => (value);
    2: (Outcome) => (outcome.clone());
    3: (&Outcome) => (outcome);
    4: (S, Outcome) => (value, outcome.clone());
    5: (S, &Outcome) => (value, outcome);
}
