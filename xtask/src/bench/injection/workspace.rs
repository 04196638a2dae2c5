//! The workspace `benches/peers`: its versions, and its programs, built and run.

use std::collections::HashMap;
use std::fmt::Display;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use cargo_metadata::MetadataCommand;

use super::framework::Framework;
use super::shape::Shape;

/// Where the workspace is, from the root of this one.
const DIRECTORY: &str = "benches/peers";
const SERVICES: &str = "services";
/// The features of a program with its framework, and without.
const WAYS: [&[&str]; 2] = [&[], &["--features", "plain"]];

/// The other workspace, whose crates have been downloaded.
pub(super) struct Workspace {
    directory: PathBuf,
    target: PathBuf,
    /// Where the lists of components are, a file per program.
    lists: PathBuf,
}

impl Workspace {
    /// Downloads what the programs need, if that has not been done before.
    pub(super) fn open() -> Result<Self> {
        let metadata =
            MetadataCommand::new().no_deps().exec().context("`cargo metadata` failed")?;
        let target = metadata.target_directory.join("peers").into_std_path_buf();
        let directory = metadata.workspace_root.join(DIRECTORY).into_std_path_buf();
        let lists = target.join("components");
        fs::create_dir_all(&lists).with_context(|| format!("`{}`", lists.display()))?;
        let workspace = Workspace { directory, target, lists };
        let fetched =
            workspace.cargo("fetch").arg("--quiet").output().context("cargo does not start")?;
        ensure!(
            fetched.status.success(),
            "the other frameworks cannot be downloaded; the registry has to be reached once, \
             afterwards cargo's own copies do. cargo said:\n{}",
            String::from_utf8_lossy(&fetched.stderr).trim()
        );
        Ok(workspace)
    }

    /// Returns the versions of the packages, by name.
    pub(super) fn versions(&self) -> Result<HashMap<String, String>> {
        let mut command = MetadataCommand::new();
        command.current_dir(&self.directory);
        let metadata = command.exec().with_context(|| format!("`{DIRECTORY}`"))?;
        let packages = metadata.packages.into_iter();
        Ok(packages
            .map(|package| (package.name.to_string(), package.version.to_string()))
            .collect())
    }

    /// Builds a framework's programs, optimised: the services, and a container per shape.
    pub(super) fn build(
        &self,
        framework: &Framework,
        shapes: impl Iterator<Item = Shape>,
    ) -> Result<()> {
        let mut cargo = self.cargo("build");
        cargo.args(["--quiet", "--release", "--package", &framework.package()]);
        cargo.args(["--bin", &program(framework, SERVICES)]);
        for shape in shapes {
            let program = program(framework, shape);
            self.keep_list(&program, shape)?;
            cargo.args(["--bin", &program]);
        }
        let built = cargo.status().context("cargo does not start")?;
        ensure!(built.success(), "the programs of {} cannot be built", framework.name);
        Ok(())
    }

    /// Runs the program that looks services up and makes them; each sample with its row.
    pub(super) fn services(&self, framework: &Framework) -> Result<Vec<(String, Duration)>> {
        self.run(&program(framework, SERVICES))
    }

    /// Runs the program that builds containers of a shape.
    pub(super) fn containers(
        &self,
        framework: &Framework,
        shape: Shape,
    ) -> Result<impl Iterator<Item = Duration>> {
        let samples = self.run(&program(framework, shape))?;
        Ok(samples.into_iter().map(|(_, time)| time))
    }

    /// Compiles what a later [`compile`](Self::compile) is not to count: all that the program
    /// depends on.
    pub(super) fn prepare_compiling(&self, framework: &Framework, shape: Shape) -> Result<()> {
        let program = program(framework, shape);
        self.keep_list(&program, shape)?;
        WAYS.iter().try_for_each(|features| self.build_unoptimised(framework, &program, features))
    }

    /// Compiles a program of a shape from scratch, as a developer does: unoptimised, and with the
    /// linking. Once with the framework, once without.
    pub(super) fn compile(
        &self,
        framework: &Framework,
        shape: Shape,
    ) -> Result<(Duration, Duration)> {
        let program = program(framework, shape);
        // Both ways have been compiled before this, so that both are out of date, and nothing else
        // is; and neither is afterwards.
        self.write_list(&program, &shape.list())?;
        let compile = |features: &[&str]| -> Result<Duration> {
            let begin = Instant::now();
            self.build_unoptimised(framework, &program, features)?;
            Ok(begin.elapsed())
        };
        let [with, without] = WAYS;
        Ok((compile(with)?, compile(without)?))
    }

    fn build_unoptimised(
        &self,
        framework: &Framework,
        program: &str,
        features: &[&str],
    ) -> Result<()> {
        let mut cargo = self.cargo("build");
        cargo.args(["--quiet", "--package", &framework.package(), "--bin", program]);
        cargo.args(features).env("CARGO_INCREMENTAL", "0");
        let built = cargo.status().context("cargo does not start")?;
        ensure!(built.success(), "`{program}` cannot be compiled");
        Ok(())
    }

    fn run(&self, program: &str) -> Result<Vec<(String, Duration)>> {
        let path = self.target.join("release").join(program);
        let output = Command::new(&path).output();
        let output = output.with_context(|| format!("`{}`", path.display()))?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`{program}`: {}\n{said}", output.status);
        let samples = samples(&String::from_utf8(output.stdout)?)?;
        ensure!(!samples.is_empty(), "`{program}` measured nothing");
        Ok(samples)
    }

    /// Writes the list of a program unless it is there: what is written anew is compiled anew.
    fn keep_list(&self, program: &str, shape: Shape) -> Result<()> {
        let list = shape.list();
        match fs::read_to_string(self.list(program)) {
            Ok(kept) if kept == list => Ok(()),
            _ => self.write_list(program, &list),
        }
    }

    fn write_list(&self, program: &str, list: &str) -> Result<()> {
        let path = self.list(program);
        fs::write(&path, list).with_context(|| format!("`{}`", path.display()))
    }

    fn list(&self, program: &str) -> PathBuf {
        self.lists.join(format!("{program}.rs"))
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.arg(command).current_dir(&self.directory);
        cargo.env("CARGO_TARGET_DIR", &self.target).env("COMPONENTS", &self.lists);
        cargo
    }
}

fn program(framework: &Framework, what: impl Display) -> String {
    format!("{}-{what}", framework.name)
}

/// Reads what a program printed: the row, a tab, and nanoseconds.
fn samples(text: &str) -> Result<Vec<(String, Duration)>> {
    let sample = |line: &str| -> Result<(String, Duration)> {
        let (row, time) = line.split_once('\t').context("a tab is expected")?;
        Ok((row.to_owned(), Duration::from_nanos(time.parse()?)))
    };
    text.lines().map(|line| sample(line).with_context(|| format!("`{line}`"))).collect()
}

#[cfg(test)]
mod tests {
    //! What programs print.

    use super::*;

    #[test]
    fn samples_have_a_row_and_nanoseconds() {
        let read = samples("look-up\t12\ncontainer\t7\n").unwrap();
        let time = Duration::from_nanos;
        assert_eq!(read, [("look-up".to_owned(), time(12)), ("container".to_owned(), time(7))]);
        for (text, expected) in [
            ("look-up 12", "`look-up 12`: a tab is expected"),
            ("look-up\t-1", "`look-up\t-1`: invalid digit found in string"),
        ] {
            assert_eq!(format!("{:#}", samples(text).unwrap_err()), expected);
        }
    }
}
