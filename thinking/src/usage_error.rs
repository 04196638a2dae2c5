//! A mistake on the command line that only the program can find.

use thinking_runtime::Diagnostic;
use thiserror::Error;

/// An error with which `main` says that its [`Arguments`](crate::Arguments) are wrong: the
/// diagnostic is printed as it is, and the process exits with 2, as after a mistake in an option.
///
/// A diagnostic that `main` returns by itself is printed in the same way, and exits with 1.
#[derive(Debug, Clone, Error)]
#[error("{0}")]
pub struct UsageError(pub Diagnostic);
