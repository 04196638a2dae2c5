//! `cargo xtask ci`: the only list of checks, for people and for CI alike.

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand};
use clap::Args;

use crate::terminal;

/// Runs every check in order, and stops at the first that fails.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Goes on after a failed check and names all at the end
    #[arg(long)]
    keep_going: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let metadata = MetadataCommand::new().no_deps().exec().context("`cargo metadata` failed")?;
    let root = metadata.workspace_root.as_std_path();
    let mut results = Vec::new();
    for mut check in checks(&metadata)? {
        terminal::heading(check.name);
        let started = Instant::now();
        let passed = check.run(root)?;
        results.push((check.name, passed, started.elapsed()));
        if !passed && !arguments.keep_going {
            break;
        }
    }
    terminal::heading("summary");
    for (name, passed, time) in &results {
        terminal::verdict(*passed, &summary_line(name, *time));
    }
    let failed = results.iter().any(|(_, passed, _)| !passed);
    Ok(ExitCode::from(u8::from(failed)))
}

/// A named check: some commands that all have to succeed.
struct Check {
    name: &'static str,
    commands: Vec<Command>,
}

/// Lists the checks, the quick ones first.
fn checks(metadata: &Metadata) -> Result<Vec<Check>> {
    Ok(vec![
        Check {
            name: "format",
            commands: vec![cargo(&["fmt", "--all", "--check"]), format_peers()],
        },
        one("house rules", xtask(&["tidy"])?),
        one(
            "clippy",
            cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--all-features",
                "--",
                "-D",
                "warnings",
            ]),
        ),
        one("tests", xtask(&["test"])?),
        one("compile errors", compile_errors()),
        one("fuzzing", xtask(&["fuzz", "--seconds", "60"])?),
        one("the main job", main_job()),
        one("documentation", documentation()),
        Check { name: "each crate alone", commands: alone(&libraries(metadata)) },
    ])
}

fn one(name: &'static str, command: Command) -> Check {
    Check { name, commands: vec![command] }
}

/// The programs beside which the bench `injection` measures are a workspace of their own. They are
/// not compiled here, as that would download all those frameworks.
fn format_peers() -> Command {
    cargo(&["fmt", "--all", "--check", "--manifest-path", "benches/peers/Cargo.toml"])
}

/// The command that the README begins with, with a store that is nobody's.
fn main_job() -> Command {
    let store = "dbs.executor.path=../../target/ci/digits.redb";
    cargo(&["run", "--package", "digits", "--", "--set", store])
}

/// In a build of the whole workspace, tests of the facade turn on a feature of the executor. Messages
/// that name it are only seen without.
fn compile_errors() -> Command {
    cargo(&["test", "--quiet", "--package", "thinking-executor", "--test", "it", "ui::"])
}

fn documentation() -> Command {
    let mut command = cargo(&["doc", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    command
}

/// Features only add, and each crate stands on its own: with its defaults and with nothing.
fn alone(libraries: &[String]) -> Vec<Command> {
    libraries
        .iter()
        .flat_map(|name| {
            let defaults = cargo(&["check", "--quiet", "--package", name]);
            let mut nothing = cargo(&["check", "--quiet", "--package", name]);
            nothing.arg("--no-default-features");
            [defaults, nothing]
        })
        .collect()
}

/// Lists the members with a library.
fn libraries(metadata: &Metadata) -> Vec<String> {
    let packages = metadata.packages.iter();
    let libraries = packages.filter(|package| {
        let mut targets = package.targets.iter();
        targets.any(|target| target.is_lib() || target.is_proc_macro())
    });
    libraries.map(|package| package.name.to_string()).collect()
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    // What cargo told this program about itself would be taken for the child's own.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    command
}

/// Returns a command of this program, in a process of its own.
fn xtask(arguments: &[&str]) -> Result<Command> {
    let exe = env::current_exe().context("the path of this program is unknown")?;
    let mut command = Command::new(exe);
    command.args(arguments);
    Ok(command)
}

impl Check {
    /// Runs the commands up to the first that fails, and tells whether all succeeded.
    fn run(&mut self, root: &Path) -> Result<bool> {
        for command in &mut self.commands {
            command.current_dir(root);
            let status = command.status().with_context(|| {
                let program = command.get_program().to_string_lossy();
                format!("`{program}` does not start")
            })?;
            if !status.success() {
                terminal::line(&format!("`{}`: {status}", words(command)));
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Writes a command as a user would type it.
fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem();
    let program = program.unwrap_or_default().to_string_lossy();
    let program = if program == "xtask" { "cargo xtask".into() } else { program };
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn summary_line(name: &str, time: Duration) -> String {
    format!("{name:<20} {:>7.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    //! How the checks are shown.

    use super::*;

    #[test]
    fn commands_are_shown_as_typed() {
        let mut command = Command::new("/some/where/xtask");
        command.args(["test", "a"]);
        assert_eq!(words(&command), "cargo xtask test a");
        assert_eq!(
            words(&alone(&["a".to_owned()])[1]),
            "cargo check --quiet --package a --no-default-features"
        );
    }

    #[test]
    fn times_are_aligned() {
        assert_eq!(
            summary_line("format", Duration::from_millis(1234)).len(),
            summary_line("documentation", Duration::from_secs(100)).len()
        );
    }
}
