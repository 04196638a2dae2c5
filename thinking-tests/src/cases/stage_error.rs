//! Why a stage of a case did not do what it should.

use std::fmt;

use thinking_injection::{BoxError, ResolveError};
use thinking_modules::Place;

use crate::cases::fixture::FixtureDefinition;
use crate::stage::Ending;

/// Why a stage of a case did not do what it should, short of a panic.
#[derive(Debug)]
#[non_exhaustive]
pub enum StageError {
    /// Its function returned this error.
    Returned(BoxError),
    /// One of its parameters cannot be supplied.
    NotInjected(ResolveError),
    /// A fixture cannot be had.
    Fixture {
        /// The fixture's name.
        name: &'static str,
        /// Where it is declared.
        place: Place,
        /// How its making ended.
        ending: Ending,
    },
    /// The definition of this fixture makes values of another type than it says.
    WrongFixture(&'static str),
    /// Somebody holds the value of this fixture, which is to be torn down.
    StillUsed(&'static str),
    /// The stage before this one has left nothing: it did not run, or this one ran already.
    OutOfOrder,
}

impl StageError {
    /// Says that `fixture` cannot be made, as its making ended so.
    pub(crate) fn of_fixture(fixture: &FixtureDefinition, ending: Ending) -> StageError {
        StageError::Fixture { name: fixture.name, place: fixture.place, ending }
    }

    /// Says how a stage ended that returned this.
    pub(crate) fn ending(&self) -> Ending {
        match self {
            Self::Fixture { ending: Ending::Failed(_), .. } => Ending::Failed(self.to_string()),
            _ => Ending::Error(self.to_string()),
        }
    }
}

impl From<ResolveError> for StageError {
    fn from(error: ResolveError) -> StageError {
        StageError::NotInjected(error)
    }
}

impl fmt::Display for StageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returned(error) => f.write_str(&chain(&**error)),
            Self::NotInjected(error) => write!(f, "a parameter cannot be injected: {error}"),
            Self::Fixture { name, place, ending } => {
                let reason = ending.reason().unwrap_or_default();
                write!(f, "fixture `{name}` ({place}) cannot be made: {reason}")
            }
            Self::WrongFixture(name) => {
                write!(f, "fixture `{name}` makes values of another type than it says")
            }
            Self::StillUsed(name) => {
                write!(f, "the value of fixture `{name}` is still used, so it cannot be torn down")
            }
            Self::OutOfOrder => f.write_str("the stages of the case ran out of order"),
        }
    }
}

/// The error and its causes, a line each.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let errors = std::iter::successors(Some(error), |error| error.source());
    errors.map(ToString::to_string).collect::<Vec<_>>().join("\n  caused by: ")
}
