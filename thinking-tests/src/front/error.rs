//! Why a test run came to no result.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use thiserror::Error;

use super::subtree::Subtree;
use crate::report::{HtmlError, JunitError};

/// Why a test run came to no result.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FrontError {
    /// Something did not compile. Cargo's message has been shown.
    #[error("the tests do not build")]
    Build,

    /// No case is at or below the subtree.
    #[error("no test matches `{subtree}`; a subtree begins with one of: {}", .known.join(", "))]
    NothingMatched {
        /// What was asked for.
        subtree: Subtree,
        /// What a subtree may begin with.
        known: Vec<String>,
    },

    /// There is nothing to run.
    #[error("there is no test to run")]
    NoCases,

    /// A program could not be started.
    #[error("`{program}` does not start")]
    Start {
        /// The program.
        program: String,
        /// The system's reason.
        source: io::Error,
    },

    /// A backend gave up. Its message has been shown.
    #[error("`{program}` gave up with {status}, see its message above")]
    Backend {
        /// The program with its subcommand.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },

    /// A backend's answer is not in the form that this version reads.
    #[error("the answer of `{program}` is not understood")]
    Answer {
        /// The program with its subcommand.
        program: String,
        /// The parser's reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A file or directory of the run cannot be read or written.
    #[error("`{}` cannot be read or written", .path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },

    /// The file that should hold the history holds something else.
    #[error(
        "`{}` is not a history of test runs; it was left as it is, name another file in \
         `history.path`",
        .path.display()
    )]
    NoHistory {
        /// The file.
        path: PathBuf,
    },

    /// The JUnit report cannot be rendered.
    #[error(transparent)]
    Junit(#[from] JunitError),

    /// The HTML report cannot be rendered.
    #[error(transparent)]
    Html(#[from] HtmlError),
}

impl FrontError {
    pub(super) fn answer(
        program: &str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Answer { program: program.to_owned(), source: source.into() }
    }
}
