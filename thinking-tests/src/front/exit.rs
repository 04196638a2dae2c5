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

/// No case matches what was asked for; the same code as cargo-nextest's.
pub const NOTHING_MATCHED: u8 = 4;

/// Every case that ran passed, but they reach less of the source than `coverage.fail_under` asks for.
pub const COVERAGE_TOO_LOW: u8 = 5;

/// Something did not compile; the same code as cargo's.
pub const BUILD_FAILED: u8 = 101;

/// Returns the exit code for what [`run`](super::run) returned.
pub fn code(result: &Result<RunReport, FrontError>) -> u8 {
    match result {
        Ok(run) if run.counts().failed > 0 => CASES_FAILED,
        Ok(run) if run.coverage.as_ref().is_some_and(CoverageReport::is_too_low) => {
            COVERAGE_TOO_LOW
        }
        Ok(_) => SUCCESS,
        Err(FrontError::Build) => BUILD_FAILED,
        Err(FrontError::NothingMatched { .. } | FrontError::NoCases) => NOTHING_MATCHED,
        Err(_) => RUNNER_FAILED,
    }
}
