//! What cargo is asked.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand};

use super::ScanError;

/// Describes the members of the workspace around `directory`, without their dependencies.
pub(super) fn workspace(directory: &Path) -> Result<Metadata, ScanError> {
    run(MetadataCommand::new().current_dir(directory).no_deps(), directory)
}

/// Describes the workspace around `directory` with all dependencies on this machine's platform.
///
/// Cargo is not let onto the network: whoever compares a program has built it, so that everything
/// is there. Without the platform it would want the dependencies of all others, which are not.
pub(super) fn graph(directory: &Path) -> Result<Metadata, ScanError> {
    let options = ["--offline".to_owned(), "--filter-platform".to_owned(), host()?];
    run(MetadataCommand::new().current_dir(directory).other_options(options), directory)
}

fn run(command: &mut MetadataCommand, directory: &Path) -> Result<Metadata, ScanError> {
    command.exec().map_err(|source| ScanError::Cargo {
        directory: directory.to_owned(),
        source: Box::new(source),
    })
}

fn host() -> Result<String, ScanError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let fault =
        |reason: String| ScanError::Host { program: cargo.to_string_lossy().into_owned(), reason };
    let output = Command::new(&cargo)
        .args(["--version", "--verbose"])
        .output()
        .map_err(|error| fault(error.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| fault(format!("it printed `{}`", text.trim())))
}
