//! What an application runs: a function or closure whose parameters are injected.

use thinking_injection::{Requirement, ResolveError, Resolver};

/// A function of up to eight parameters that a container supplies, for
/// [`AppBuilder::run`](crate::AppBuilder::run) and [`AppBuilder::call`](crate::AppBuilder::call).
///
/// `Parameters` is the tuple of the parameters' types, which the compiler finds itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no body of an application",
    label = "a function or closure of up to eight parameters, each of which can be injected",
    note = "write out the types of a closure's parameters: `|app: App, training: Config<Training>| …`"
)]
pub trait Body<Parameters> {
    /// What it returns.
    type Output;

    #[doc(hidden)]
    fn requirements() -> Vec<Requirement>;

    #[doc(hidden)]
    fn call(self, resolver: &Resolver<'_>) -> Result<Self::Output, ResolveError>;
}

thinking_injection::__functions!(Body, "");
