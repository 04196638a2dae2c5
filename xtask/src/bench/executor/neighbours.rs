//! Other durable executors: memable, a crate, and DBOS and joblib, which are Python packages. One
//! that cannot be installed is not measured.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cargo_metadata::MetadataCommand;

use super::Sizes;
use super::stores::{Stores, output};
use crate::bench::comparison::Samples;

/// Where their programs are, from the root of the workspace.
const DIRECTORY: &str = "benches/durable";
const STEPS: &str = "steps";
const SKIP: &str = "skip";

/// Another executor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Neighbour {
    Memable,
    Dbos,
    Joblib,
}

impl Neighbour {
    const ALL: [Neighbour; 3] = [Neighbour::Memable, Neighbour::Dbos, Neighbour::Joblib];

    pub(super) fn name(self) -> &'static str {
        match self {
            Neighbour::Memable => "memable",
            Neighbour::Dbos => "DBOS",
            Neighbour::Joblib => "joblib",
        }
    }

    pub(super) fn note_on_steps(self) -> &'static str {
        match self {
            Neighbour::Memable => "a step of memable without data of its own, in redb, too",
            Neighbour::Dbos => "a step of DBOS in SQLite, without data of its own",
            Neighbour::Joblib => "a call of joblib's `Memory`, which syncs nothing",
        }
    }

    pub(super) fn note_on_skips(self) -> &'static str {
        match self {
            Neighbour::Memable => "a step of memable's instance that is resumed",
            Neighbour::Dbos => "a step of a workflow that DBOS recovers",
            Neighbour::Joblib => "a call whose result joblib has",
        }
    }

    fn number(self, sizes: Sizes) -> u32 {
        match self {
            Neighbour::Memable => sizes.others.0,
            Neighbour::Dbos | Neighbour::Joblib => sizes.others.1,
        }
    }
}

/// The ones that are installed.
pub(super) struct Neighbours {
    installed: Vec<(Neighbour, Vec<String>)>,
    missing: Vec<String>,
}

/// Where each has its finished steps.
pub(super) struct Prepared<'a> {
    installed: Vec<(Neighbour, &'a [String], PathBuf)>,
}

/// The times of each.
#[derive(Default)]
pub(super) struct Times(Vec<(Neighbour, Vec<Duration>)>);

impl Neighbours {
    /// Builds and installs what can be had; below the directory of the build, and only once.
    pub(super) fn install() -> Result<Neighbours> {
        let metadata =
            MetadataCommand::new().no_deps().exec().context("`cargo metadata` failed")?;
        let target = metadata.target_directory.as_std_path();
        let directory = metadata.workspace_root.as_std_path().join(DIRECTORY);
        let mut neighbours = Neighbours { installed: Vec::new(), missing: Vec::new() };
        for neighbour in Neighbour::ALL {
            let command = match neighbour {
                Neighbour::Memable => memable(&directory, target),
                Neighbour::Dbos => python(&directory, target, "dbos"),
                Neighbour::Joblib => python(&directory, target, "joblib"),
            };
            match command {
                Ok(command) => neighbours.installed.push((neighbour, command)),
                Err(error) => neighbours
                    .missing
                    .push(format!("{} was not measured: {error:#}", neighbour.name())),
            }
        }
        Ok(neighbours)
    }

    /// Says which ones are missing and why.
    pub(super) fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Runs steps of each, for the first time.
    pub(super) fn run_steps(&self, stores: &Stores, sizes: Sizes, times: &mut Times) -> Result<()> {
        for (neighbour, command) in &self.installed {
            let directory = stores.directory(neighbour.name())?;
            times.add(*neighbour, run(*neighbour, command, STEPS, &directory, sizes)?);
        }
        Ok(())
    }

    /// Lets each finish steps that it will skip.
    pub(super) fn prepare(&self, stores: &Stores, sizes: Sizes) -> Result<Prepared<'_>> {
        let prepare = |(neighbour, command): &'_ (Neighbour, Vec<String>)| {
            let directory = stores.directory(neighbour.name())?;
            run(*neighbour, command, STEPS, &directory, sizes)?;
            Ok(directory)
        };
        let installed = self.installed.iter().map(|installed| {
            let directory: Result<PathBuf> = prepare(installed);
            Ok((installed.0, &*installed.1, directory?))
        });
        Ok(Prepared { installed: installed.collect::<Result<_>>()? })
    }
}

impl Prepared<'_> {
    /// Runs the finished steps of each once more.
    pub(super) fn run_skips(&self, sizes: Sizes, times: &mut Times) -> Result<()> {
        for (neighbour, command, directory) in &self.installed {
            times.add(*neighbour, run(*neighbour, command, SKIP, directory, sizes)?);
        }
        Ok(())
    }
}

impl Times {
    fn add(&mut self, neighbour: Neighbour, more: Vec<Duration>) {
        match self.0.iter_mut().find(|(of, _)| *of == neighbour) {
            Some((_, times)) => times.extend(more),
            None => self.0.push((neighbour, more)),
        }
    }

    pub(super) fn into_samples(self) -> impl Iterator<Item = (Neighbour, Samples)> {
        self.0.into_iter().map(|(neighbour, times)| (neighbour, Samples::new(times)))
    }
}

fn run(
    neighbour: Neighbour,
    command: &[String],
    figure: &str,
    directory: &Path,
    sizes: Sizes,
) -> Result<Vec<Duration>> {
    let (directory, number) = (directory.display().to_string(), neighbour.number(sizes));
    let arguments = [figure.to_owned(), directory, number.to_string()];
    let rows = output(&[command, &arguments].concat())?;
    let times = rows.of(figure);
    ensure!(!times.is_empty(), "{} measured nothing", neighbour.name());
    Ok(times)
}

/// Builds the program of memable.
fn memable(directory: &Path, target: &Path) -> Result<Vec<String>> {
    let target = target.join("durable");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--release"]).current_dir(directory);
    finish(cargo.env("CARGO_TARGET_DIR", &target))?;
    Ok(vec![target.join("release/durable-memable").display().to_string()])
}

/// Installs a package of Python in an environment of the bench.
fn python(directory: &Path, target: &Path, package: &str) -> Result<Vec<String>> {
    let environment = target.join("durable/python");
    let python = environment.join("bin/python");
    let is_there = |python: &Path| {
        let import = format!("import {package}");
        Command::new(python).args(["-c", &import]).output().is_ok_and(|it| it.status.success())
    };
    if !is_there(&python) {
        finish(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        finish(Command::new(&python).args(["-m", "pip", "install", "--quiet", package]))?;
    }
    let script = directory.join("python.py");
    Ok(vec![python.display().to_string(), script.display().to_string(), package.to_owned()])
}

/// Runs a command to its end; its last words are the error if it fails.
fn finish(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("`{program}` does not start"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    ensure!(output.status.success(), "`{program}` failed with `{}`", last.trim());
    Ok(())
}
