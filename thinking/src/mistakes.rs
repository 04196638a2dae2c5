//! Everything that is wrong with a program's configuration and wiring.

use std::fmt;

use thinking_runtime::Diagnostic;

/// The mistakes for which an application was not started; the error of
/// [`AppBuilder::call`](crate::AppBuilder::call).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Mistakes {
    /// One message per mistake: those of the configuration first, then those of the wiring.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self.diagnostics.iter().map(ToString::to_string).collect();
        f.write_str(&texts.join("\n\n"))
    }
}

impl std::error::Error for Mistakes {}
