//! One thing in a store that is not as it should be, what it means, and what to do.

use std::error::Error;
use std::fmt;

use serde::Serialize;

/// One thing in a store that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is of, with its place.
    pub what: String,
    /// What is wrong with it.
    pub found: String,
    /// What follows from it.
    pub means: String,
    /// What can be done.
    pub advice: String,
}

/// What a finding means, by what it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Database,
    History,
    Step,
    Result,
    State,
    Seal,
    Account,
    Artifact,
}

impl Finding {
    pub(super) fn new(what: String, error: &(dyn Error + 'static), meaning: Meaning) -> Finding {
        let causes = std::iter::successors(Some(error), |&error| error.source());
        let found = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
        Finding::because(what, found, meaning)
    }

    pub(super) fn because(what: String, found: String, meaning: Meaning) -> Finding {
        let (means, advice) = meaning.texts();
        Finding { what, found, means: means.to_owned(), advice: advice.to_owned() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.what, self.found)?;
        writeln!(f, "  {}", self.means)?;
        write!(f, "  help: {}", self.advice)
    }
}

impl Meaning {
    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Meaning::Database => (
                "the file was changed by something else than this program, or its disk is failing",
                "restore the file from a copy; without one, keep it aside and begin with an empty store",
            ),
            Meaning::History => {
                ("runs that need it cannot be shown or resumed", "restore the store from a copy")
            }
            Meaning::Step => (
                "the step cannot be compared with the program: a session stops when it comes there",
                "restore the store from a copy",
            ),
            Meaning::Result => (
                "the step cannot be skipped: a session stops when it comes there",
                "restore the store from a copy, or raise the step's `version` so that it runs again",
            ),
            Meaning::State => (
                "a task that reads this value gets an error that names it",
                "restore the store from a copy, or run the step again that wrote it",
            ),
            Meaning::Seal => (
                "the stage is not skipped whole: its body runs, and its steps are as they were",
                "run the program, which seals the stage again; `gc` removes a damaged seal",
            ),
            Meaning::Account => (
                "what was recorded of the past cannot be shown; results and data are not concerned",
                "restore the store from a copy if it is needed",
            ),
            Meaning::Artifact => (
                "a task that reads it gets an error that names it",
                "restore the file from a copy, or run the step again that wrote it",
            ),
        }
    }
}
