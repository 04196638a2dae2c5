//! The programs of `benches/`, built once per bench in the release profile.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use cargo_metadata::MetadataCommand;

/// Builds the programs and returns the directory that holds them.
pub(super) fn build() -> Result<PathBuf> {
    let metadata = MetadataCommand::new().no_deps().exec().context("`cargo metadata` failed")?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--release", "--package", "bench-programs"]);
    cargo.current_dir(&metadata.workspace_root);
    ensure!(cargo.status()?.success(), "the measured programs cannot be built");
    Ok(metadata.target_directory.join("release").into_std_path_buf())
}

/// Runs a program with a root of its own and little logging, and returns what it printed.
pub(super) fn run(program: &Path, root: &Path) -> Result<Output> {
    let mut command = Command::new(program);
    command.env("THINKING_ROOT", root).env("THINKING_LOGS__LEVEL", "warn");
    finish(program, command)
}

/// Runs a program with a root of its own and the logging that it has by default.
pub(super) fn run_as_is(program: &Path, root: &Path) -> Result<Output> {
    let mut command = Command::new(program);
    command.env("THINKING_ROOT", root);
    finish(program, command)
}

fn finish(program: &Path, mut command: Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("`{}`", program.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{}`: {}\n{said}", program.display(), output.status);
    Ok(output)
}
