//! Why a test run came to no result.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use thinking_runtime::Diagnostic;
use thiserror::Error;

use super::subtree::Subtree;
use super::tags::TagFilterError;
use crate::report::{HtmlError, JunitError};

/// Why a test run came to no result.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FrontError {
    /// Something did not compile. Cargo's message has been shown.
    #[error("the tests do not build")]
    Build,

    /// No case is at or below the subtree.
    #[error(
        "no test matches `{subtree}`{}; a subtree begins with one of: {}",
        .near.as_ref().map_or(String::new(), |near| format!("; did you mean `{near}`?")),
        .known.join(", ")
    )]
    NothingMatched {
        /// What was asked for.
        subtree: Subtree,
        /// A module or case that is spelled alike.
        near: Option<String>,
        /// What a subtree may begin with.
        known: Vec<String>,
    },

    /// No case is everything that was asked for.
    #[error("no test matches {wanted}{}", told(of_no_test))]
    NothingSelected {
        /// What was asked for, as on the command line.
        wanted: String,
        /// What failed and belongs to no test: fixtures that several have shared.
        of_no_test: Vec<String>,
    },

    /// No case failed in the last run, or what failed has passed since.
    #[error("no test has failed, so there is nothing for `--failed` to run again")]
    NothingFailed,

    /// The list of failed cases is not what this version writes.
    #[error(
        "`{}` does not tell what failed: {reason}; a run without `--failed` writes it anew",
        .path.display()
    )]
    FailedFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// The filter by tags does not fit the cases.
    #[error(transparent)]
    Tags(#[from] TagFilterError),

    /// The facet `tests` has mistakes: in `tests.toml`, its overlays or its variables.
    #[error(
        "the settings of the tests have mistakes\n\n{}",
        .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
    )]
    Settings(Vec<Diagnostic>),

    /// `tests.toml` would be overwritten.
    #[error("`{}` is there already; remove it to begin with a new one", .0.display())]
    SettingsExist(PathBuf),

    /// cargo-nextest was asked for and is not installed.
    #[error(
        "cargo-nextest is not installed; `cargo install cargo-nextest --locked` does that, and the \
        backend `libtest` does without it"
    )]
    NextestMissing,

    /// cargo-nextest was asked for and does not understand what is generated for it.
    #[error(
        "cargo-nextest {found} is too old: {oldest} is needed; `cargo install cargo-nextest \
        --locked` brings the newest, and the backend `libtest` does without it"
    )]
    NextestTooOld {
        /// The installed version.
        found: String,
        /// The oldest version that is understood.
        oldest: String,
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

    /// Coverage was asked for, and a tool for it is missing.
    #[error("coverage cannot be measured: {missing}")]
    LlvmTools {
        /// Which, and how it is installed.
        missing: String,
    },

    /// A tool that measures coverage failed.
    #[error("`{program}` gave up with {status}: {said}")]
    Coverage {
        /// The tool.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// What it said.
        said: String,
    },

    /// A glob among the settings is none.
    #[error("`coverage.exclude` has `{pattern}`, which is no glob: {reason}")]
    Glob {
        /// The text.
        pattern: String,
        /// What is wrong with it.
        reason: String,
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

fn told(of_no_test: &[String]) -> String {
    match of_no_test {
        [] => String::new(),
        names => format!(
            "; {} failed after all tests of its binary, and belongs to none of them: run its users \
             again",
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
    }
}

impl FrontError {
    pub(super) fn answer(
        program: &str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Answer { program: program.to_owned(), source: source.into() }
    }
}
