//! What an application runs: a function or closure whose parameters are injected.

use thinking_injection::{Inject, Requirement, ResolveError, Resolver};

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

macro_rules! body {
    ($($parameter:ident: $position:literal),*) => {
        impl<Function, Output, $($parameter: Inject),*> Body<($($parameter,)*)> for Function
        where
            Function: FnOnce($($parameter),*) -> Output,
        {
            type Output = Output;

            fn requirements() -> Vec<Requirement> {
                vec![$(Requirement::of::<$parameter>($position, None)),*]
            }

            fn call(self, _resolver: &Resolver<'_>) -> Result<Output, ResolveError> {
                Ok(self($($parameter::resolve(_resolver, None)?),*))
            }
        }
    };
}

body!();
body!(A: "parameter 1");
body!(A: "parameter 1", B: "parameter 2");
body!(A: "parameter 1", B: "parameter 2", C: "parameter 3");
body!(A: "parameter 1", B: "parameter 2", C: "parameter 3", D: "parameter 4");
body!(A: "parameter 1", B: "parameter 2", C: "parameter 3", D: "parameter 4", E: "parameter 5");
body!(
    A: "parameter 1", B: "parameter 2", C: "parameter 3", D: "parameter 4", E: "parameter 5",
    F: "parameter 6"
);
body!(
    A: "parameter 1", B: "parameter 2", C: "parameter 3", D: "parameter 4", E: "parameter 5",
    F: "parameter 6", G: "parameter 7"
);
body!(
    A: "parameter 1", B: "parameter 2", C: "parameter 3", D: "parameter 4", E: "parameter 5",
    F: "parameter 6", G: "parameter 7", H: "parameter 8"
);
