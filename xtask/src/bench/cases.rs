//! The bench `tests`: cases beside bare `#[test]`s, and the runner beside its backend alone.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use cargo_metadata::MetadataCommand;

use super::comparison::{Bound, Comparison, Results};
use super::effort::Effort;

const CASES: usize = 1000;
const COMPILED_CASES: usize = 500;

/// How much more a run may cost with our cases, by what is wanted of them.
const RUN: Bound = Bound::Ratio(1.10);
const COMPILE: Bound = Bound::Ratio(3.0);
const COVERAGE: Bound = Bound::Ratio(2.0);

pub(super) fn run(effort: Effort) -> Result<Results> {
    let rounds = if effort == Effort::Full { 3 } else { 1 };
    let workspace = Workspace::make()?;
    let mut comparisons = Vec::new();
    for package in ["cases", "bare"] {
        workspace.cargo(&["test", "--no-run", "--package", package])?;
    }

    let (ours, other) = (workspace.binary("cases")?, workspace.binary("bare")?);
    comparisons.push(Comparison {
        bound: Some(RUN),
        note: "the other are bare `#[test]`s in the same backend, all empty".to_owned(),
        ..Comparison::interleaved(
            "1,000 cases, libtest",
            rounds,
            || quiet(Command::new(&ours)),
            || quiet(Command::new(&other)),
        )?
    });
    let nextest = |package| workspace.cargo(&["nextest", "run", "--package", package]);
    let has_nextest = workspace.cargo(&["nextest", "--version"]).is_ok();
    if has_nextest {
        comparisons.push(Comparison {
            bound: Some(RUN),
            note: "as before, a process each".to_owned(),
            ..Comparison::interleaved(
                "1,000 cases, cargo-nextest",
                rounds,
                || nextest("cases"),
                || nextest("bare"),
            )?
        });
        let plain = ["test", "--package", "bare", "--no-coverage"];
        comparisons.push(Comparison {
            note: "the other is cargo-nextest alone; ours lists, selects, and writes JUnit XML, \
                   page and history"
                .to_owned(),
            ..Comparison::interleaved(
                "the runner, 1,000 bare `#[test]`s",
                rounds,
                || workspace.xtask(&plain),
                || nextest("bare"),
            )?
        });
        let covered = ["test", "--package", "bare", "--coverage"];
        workspace.xtask(&covered)?;
        comparisons.push(Comparison {
            bound: Some(COVERAGE),
            note: "the other is the same run without; both with everything compiled. Per case, \
                   with lcov, HTML and summary"
                .to_owned(),
            ..Comparison::interleaved(
                "coverage, 1,000 bare `#[test]`s",
                rounds,
                || workspace.xtask(&covered),
                || workspace.xtask(&plain),
            )?
        });
        let llvm_cov = ["llvm-cov", "nextest", "--package", "bare", "--lcov", "--output-path", "l"];
        if workspace.cargo(&["llvm-cov", "--version"]).is_ok() {
            workspace.cargo(&llvm_cov)?;
            comparisons.push(Comparison {
                note: "the other is cargo-llvm-cov with cargo-nextest, lcov only, not per case"
                    .to_owned(),
                ..Comparison::interleaved(
                    "coverage beside cargo-llvm-cov",
                    rounds,
                    || workspace.xtask(&covered),
                    || workspace.cargo(&llvm_cov),
                )?
            });
        }
    }
    comparisons.push(compiling(&workspace, rounds)?);
    Ok(comparisons.into())
}

fn compiling(workspace: &Workspace, rounds: usize) -> Result<Comparison> {
    let compile = |package: &str| {
        workspace.touch(package)?;
        workspace.cargo(&["test", "--no-run", "--package", package])
    };
    Ok(Comparison {
        bound: Some(COMPILE),
        note: "the other are as many bare `#[test]`s; unoptimised, with linking, everything else \
               being compiled"
            .to_owned(),
        ..Comparison::interleaved(
            "compiling 500 cases",
            rounds,
            || compile("compiled-cases"),
            || compile("compiled-bare"),
        )?
    })
}

/// Packages with many cases, below the target directory.
struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    fn make() -> Result<Self> {
        let metadata =
            MetadataCommand::new().no_deps().exec().context("`cargo metadata` failed")?;
        let thinking = metadata.workspace_root.join("thinking");
        let root = metadata.target_directory.join("bench-tests").into_std_path_buf();
        let workspace = Self { target: root.join("target"), root };
        let packages = [
            ("cases", CASES, true),
            ("bare", CASES, false),
            ("compiled-cases", COMPILED_CASES, true),
            ("compiled-bare", COMPILED_CASES, false),
        ];
        let members: Vec<_> = packages.iter().map(|(name, ..)| format!("{name:?}")).collect();
        let manifest =
            format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", "));
        workspace.write("Cargo.toml", &manifest)?;
        for (name, count, is_ours) in packages {
            // All are built beside the same crates; bare ones do not link the framework.
            let manifest = format!(
                "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\
                 [dependencies]\nthinking = {{ path = {thinking:?} }}\n"
            );
            workspace.write(&format!("{name}/Cargo.toml"), &manifest)?;
            let attribute = if is_ours { "thinking::test" } else { "test" };
            workspace.write(&format!("{name}/src/lib.rs"), &source(attribute, count))?;
        }
        Ok(workspace)
    }

    fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.root.join(path);
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir)?;
        }
        // What has not changed is not compiled again.
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(());
        }
        fs::write(&path, text).with_context(|| format!("`{}` cannot be written", path.display()))
    }

    fn touch(&self, package: &str) -> Result<()> {
        let file =
            fs::File::options().append(true).open(self.root.join(package).join("src/lib.rs"))?;
        Ok(file.set_modified(SystemTime::now() + Duration::from_secs(1))?)
    }

    fn cargo(&self, arguments: &[&str]) -> Result<()> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        self.quiet(Command::new(cargo), arguments)
    }

    fn xtask(&self, arguments: &[&str]) -> Result<()> {
        self.quiet(Command::new(env::current_exe()?), arguments)
    }

    fn quiet(&self, mut command: Command, arguments: &[&str]) -> Result<()> {
        command.args(arguments).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        quiet(command)
    }

    /// Returns the test binary of a package, the one that was made last.
    fn binary(&self, package: &str) -> Result<PathBuf> {
        let deps = self.target.join("debug/deps");
        let mut found: Vec<_> = fs::read_dir(&deps)?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| is_binary_of(path, package))
            .collect();
        found.sort_by_key(|path| fs::metadata(path).and_then(|file| file.modified()).ok());
        found.pop().with_context(|| format!("no test binary of `{package}`"))
    }
}

fn is_binary_of(path: &Path, package: &str) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let name = stem.rsplit_once('-').map(|(name, _)| name);
    name == Some(package) && extension == env::consts::EXE_EXTENSION
}

fn source(attribute: &str, count: usize) -> String {
    let mut text = "//! Many empty tests.\n\n#[cfg(test)]\nmod tests {\n".to_owned();
    for number in 0..count {
        // A string takes everything.
        let _ = writeln!(text, "    #[{attribute}]\n    fn case_{number}() {{}}\n");
    }
    text + "}\n"
}

fn quiet(mut command: Command) -> Result<()> {
    command.stdin(Stdio::null());
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    Ok(())
}
