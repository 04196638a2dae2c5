//! Child processes: started without what cargo and cargo-nextest told this process about itself.

use std::env;
use std::ffi::OsStr;
use std::process::{Command, Output, Stdio};

use super::error::FrontError;
use super::workspace::Workspace;
use crate::manifest::MANIFEST_DIR_VARIABLE;
use crate::sidecar::RECORDS_DIR_VARIABLE;

/// What cargo tells a program it runs, and what would mislead another one.
const CARGO_VARIABLES: [&str; 4] =
    ["CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "CARGO_TARGET_TMPDIR", "OUT_DIR"];
const CARGO_PREFIXES: [&str; 3] = ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_"];

/// This runner may itself be under test; what it is asked to write is not about its own children.
const OWN_VARIABLES: [&str; 2] = [MANIFEST_DIR_VARIABLE, RECORDS_DIR_VARIABLE];

/// Values of `tests.toml` and limits of a runner around this one: not about its children either.
const OWN_PREFIXES: [&str; 2] = ["THINKING_TESTS__", "THINKING_TEST_TIMEOUT"];

/// What cargo-nextest tells a test.
const NEXTEST_PREFIX: &str = "NEXTEST";

/// Returns the command `cargo`, with a clean environment.
pub(super) fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Returns the command `program`, with a clean environment.
pub(super) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    let inside_nextest = env::var_os("NEXTEST").is_some();
    for (name, _) in env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        let misleading = CARGO_VARIABLES.contains(&text)
            || OWN_VARIABLES.contains(&text)
            || CARGO_PREFIXES.iter().chain(&OWN_PREFIXES).any(|prefix| text.starts_with(prefix));
        if misleading || (inside_nextest && text.starts_with(NEXTEST_PREFIX)) {
            command.env_remove(&name);
        }
    }
    command
}

/// Returns the command `cargo`, at the root of `workspace`.
pub(super) fn cargo_in(workspace: &Workspace) -> Command {
    let mut command = cargo();
    command.current_dir(&workspace.root);
    command
}

/// Runs `command` to its end and returns what it wrote to standard output; its standard error
/// goes to the user.
pub(super) fn capture(command: &mut Command) -> Result<Output, FrontError> {
    command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| not_started(command, source))
}

/// Returns the error for a `command` that did not start.
pub(super) fn not_started(command: &Command, source: std::io::Error) -> FrontError {
    FrontError::Start { program: command.get_program().to_string_lossy().into_owned(), source }
}
