//! The exit codes of `cargo xtask test`.

use super::error::FrontError;
use crate::report::{CoverageReport, RunReport};

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

/// Every case that ran passed, but they reach less of the source than `coverage.fail_under` asks for.
pub const COVERAGE_TOO_LOW: u8 = 5;

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
    let is_too_low = run.coverage.as_ref().is_some_and(CoverageReport::is_too_low);
    match run.counts().failed {
        0 if is_too_low => COVERAGE_TOO_LOW,
        0 => SUCCESS,
        _ => CASES_FAILED,
    }
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
