//! The end of a dry run, which is no failure.

use std::process::ExitCode;

use thiserror::Error;

/// What [`App::experiment`](crate::App::experiment) returns in a dry run, since there is no result:
/// `main` passes it up as any error, and the process ends with this code.
#[derive(Debug, Error)]
#[error("this is a dry run: nothing was executed")]
pub(crate) struct DryRun(pub(crate) ExitCode);

/// Returns the exit code if that is what the error says.
pub(crate) fn code_of(error: &crate::Error) -> Option<ExitCode> {
    error.downcast_ref::<DryRun>().map(|end| end.0)
}
