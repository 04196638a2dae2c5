//! The exit codes of `cargo xtask test`.

use super::error::FrontError;
use crate::report::RunReport;

/// Every case that ran passed.
pub const SUCCESS: u8 = 0;

/// At least one case failed.
pub const CASES_FAILED: u8 = 1;

/// The command line is wrong; clap's own code.
pub const USAGE: u8 = 2;

/// The runner, its backend or the disk failed, so the run says nothing about the cases.
pub const RUNNER_FAILED: u8 = 3;

/// No case matches what was asked for: nothing is there, no case has such a tag, or nothing has
/// failed that could run again. The same code as cargo-nextest's.
pub const NOTHING_MATCHED: u8 = 4;

/// Something did not compile; the same code as cargo's.
pub const BUILD_FAILED: u8 = 101;

/// Returns the exit code for what [`run`](super::run) returned.
pub fn code(result: &Result<RunReport, FrontError>) -> u8 {
    match result {
        Ok(run) => code_of(run),
        Err(error) => code_of_error(error),
    }
}

/// Returns the exit code of a run that came to its end.
pub fn code_of(run: &RunReport) -> u8 {
    if run.counts().failed == 0 { SUCCESS } else { CASES_FAILED }
}

/// Returns the exit code of a run that did not, and of a list that could not be made.
pub fn code_of_error(error: &FrontError) -> u8 {
    match error {
        FrontError::Build => BUILD_FAILED,
        FrontError::NothingMatched { .. }
        | FrontError::NothingSelected { .. }
        | FrontError::NothingFailed
        | FrontError::Tags(_)
        | FrontError::NoCases => NOTHING_MATCHED,
        _ => RUNNER_FAILED,
    }
}
