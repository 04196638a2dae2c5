//! `verify`: whether everything in the store is as it should be.

use std::path::Path;
use std::process::ExitCode;

use thinking_dbs::DatabaseError;
use thinking_executor::{Verification, ViewError};
use thinking_runtime::exit_code;

use super::print;
use crate::failure;

/// Checks the store at `path`, which another process may be writing, and prints what was found.
pub(super) fn execute(path: &Path, json: bool) -> ExitCode {
    let verification = match Verification::of(path) {
        Err(ViewError::Database(DatabaseError::Absent { path, .. })) => {
            Verification { store: path.display().to_string(), ..Verification::default() }
        }
        Err(error) => {
            failure::report_error(&error.into());
            return ExitCode::from(exit_code::FAILED);
        }
        Ok(verification) => verification,
    };
    let printed = match json {
        true => print(&failure::json_text(&verification)),
        false => print(&verification.text()),
    };
    match verification.is_sound() {
        true => printed,
        false => ExitCode::from(exit_code::FAILED),
    }
}
