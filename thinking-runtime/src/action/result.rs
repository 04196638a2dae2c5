//! What an action may return.

use crate::action::BoxError;

/// What a bootstrap action, or the function that prepares it, may return.
#[diagnostic::on_unimplemented(
    message = "an action cannot return `{Self}`",
    label = "an action returns nothing, or `Result<(), E>`"
)]
pub trait ActionResult {
    #[doc(hidden)]
    fn into_result(self) -> Result<(), BoxError>;
}

impl ActionResult for () {
    fn into_result(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError>> ActionResult for Result<(), E> {
    fn into_result(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}
