//! The stages of a case, and how a stage or a case ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A part of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// What is there before the body: its container, its fixtures, the value of `setup`.
    Setup,
    /// The body.
    Run,
    /// What follows the body, whatever became of it: `teardown`, and the end of the components.
    Teardown,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 3] = [Self::Setup, Self::Run, Self::Teardown];
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Setup => "setup",
            Self::Run => "run",
            Self::Teardown => "teardown",
        })
    }
}

/// How a stage, or a whole case, ended inside its process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ending", content = "reason", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ending {
    /// It did what it should.
    Passed,
    /// An assertion did not hold.
    Failed(String),
    /// Something else went wrong: another panic, or an `Err`.
    Error(String),
    /// It left itself out, for this reason.
    Skipped(String),
    /// It took longer than it was allowed to, and its process is ended.
    TimedOut(String),
}

impl Ending {
    /// Tells whether this makes the case fail.
    pub fn is_failure(&self) -> bool {
        !matches!(self, Self::Passed | Self::Skipped(_))
    }

    /// Returns what went wrong, or why the case was left out.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Passed => None,
            Self::Failed(text) | Self::Error(text) | Self::Skipped(text) | Self::TimedOut(text) => {
                Some(text)
            }
        }
    }

    /// Joins the endings of two stages of a case: one case counts once, and the first thing that
    /// went wrong says how.
    ///
    /// ```
    /// use thinking_tests::Ending;
    ///
    /// let body = Ending::Failed("left: 1".to_owned());
    /// let teardown = Ending::Error("no disk".to_owned());
    /// assert_eq!(body.clone().then(teardown.clone()), body);
    /// assert_eq!(Ending::Passed.then(teardown.clone()), teardown);
    /// ```
    #[must_use]
    pub fn then(self, later: Ending) -> Ending {
        match (&self, later.is_failure()) {
            (Self::Passed, _) | (Self::Skipped(_), true) => later,
            _ => self,
        }
    }
}
