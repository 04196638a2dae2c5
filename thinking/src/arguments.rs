//! The words of the command line that belong to the program.

use std::ffi::OsString;
use std::ops::Deref;
use std::sync::Arc;

use thinking_injection::{Arity, Inject, Requirement, ResolveError, Resolver, TypeKey, Want};
use thinking_runtime::Diagnostic;

use crate::UsageError;

/// The words of the command line that are neither the framework's options nor one of its
/// commands, in their order; a parameter of `main`.
///
/// A program takes such words if and only if its `main` has a parameter of this type; to all others
/// they are mistakes. They follow the program's name or the command `run`, before, between or after
/// options. A word may be anything that begins with no `-`, or a negative number such as `-8`, or
/// something else whose `-` is followed by no letter. What follows `--` is left to the program as
/// it is: `-- --verbose`, or `-- config`, which would be a command otherwise.
///
/// Components may have it injected, too. A step should not: its result would not depend on the
/// words as far as the store knows. Pass it what it needs as an argument.
///
/// ```standalone_crate
/// use thinking::{Arguments, UsageError};
/// use thinking::prelude::*;
/// use thinking::runtime::Diagnostic;
///
/// fn main_body(arguments: Arguments) -> Result<()> {
///     match arguments.texts()?[..] {
///         [name] => println!("hello, {name}"),
///         _ => return Err(UsageError(Diagnostic::error("expected one name")).into()),
///     }
///     Ok(())
/// }
///
/// # let directory = tempfile::tempdir().unwrap();
/// let app = || App::builder(thinking::main_module!()).root(directory.path());
/// let code = app().arguments(["Ada", "--profile", "debug"]).run(main_body);
/// # assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
/// let code = app().arguments(["Ada", "Grace"]).run(main_body); // exits with 2
/// # assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::from(2)));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments(Arc<[OsString]>);

impl Arguments {
    /// Returns the words as texts.
    ///
    /// # Errors
    ///
    /// One of them is no Unicode.
    pub fn texts(&self) -> Result<Vec<&str>, UsageError> {
        let texts = self.iter().map(|word| word.to_str().ok_or(word));
        texts.collect::<Result<_, _>>().map_err(|word| {
            let word = word.to_string_lossy();
            UsageError(Diagnostic::error(format!("the argument `{word}` is no valid Unicode")))
        })
    }

    /// Tells whether something with these requirements takes arguments.
    pub(crate) fn are_among(requirements: &[Requirement]) -> bool {
        requirements.iter().any(|requirement| requirement.want == Self::WANT)
    }
}

impl FromIterator<OsString> for Arguments {
    fn from_iter<I: IntoIterator<Item = OsString>>(words: I) -> Self {
        Arguments(words.into_iter().collect())
    }
}

impl Deref for Arguments {
    type Target = [OsString];

    fn deref(&self) -> &[OsString] {
        &self.0
    }
}

impl Inject for Arguments {
    // Optional, as there is no command line in a test.
    const WANT: Want = Want::Components(TypeKey::of::<Arguments>(), Arity::Optional);

    fn resolve(resolver: &Resolver<'_>, _name: Option<&str>) -> Result<Self, ResolveError> {
        let arguments: Option<Arc<Arguments>> = resolver.resolve(None)?;
        Ok(arguments.map(|arguments| (*arguments).clone()).unwrap_or_default())
    }
}
