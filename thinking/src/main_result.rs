//! What `main` may return.

use std::process::ExitCode;

use crate::Error;

/// What the body of an application may return.
#[diagnostic::on_unimplemented(
    message = "`main` cannot return `{Self}`",
    label = "`main` returns nothing or `ExitCode`, or a `Result` of either"
)]
pub trait MainResult {
    #[doc(hidden)]
    fn into_result(self) -> Result<ExitCode, Error>;
}

impl MainResult for () {
    fn into_result(self) -> Result<ExitCode, Error> {
        Ok(ExitCode::SUCCESS)
    }
}

impl MainResult for ExitCode {
    fn into_result(self) -> Result<ExitCode, Error> {
        Ok(self)
    }
}

impl<E: Into<Error>> MainResult for Result<(), E> {
    fn into_result(self) -> Result<ExitCode, Error> {
        self.map(|()| ExitCode::SUCCESS).map_err(Into::into)
    }
}

impl<E: Into<Error>> MainResult for Result<ExitCode, E> {
    fn into_result(self) -> Result<ExitCode, Error> {
        self.map_err(Into::into)
    }
}
