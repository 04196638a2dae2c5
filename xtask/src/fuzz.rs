//! `cargo xtask fuzz`: feeds a function with any bytes, guided by what they cover.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::MetadataCommand;
use clap::Args;

use crate::terminal;

/// The functions that can be fuzzed, each a program of the package `fuzz` and a folder of its
/// corpus.
const TARGETS: [&str; 1] = ["facet_file"];

/// What cargo-fuzz passes, too: LLVM's coverage, which the stable compiler accepts as flags.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                     -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Longer inputs cover nothing that shorter ones do not, and take longer.
const INPUT_MAX_BYTES: u32 = 4096;
/// An input that takes longer is taken for one that never ends.
const INPUT_MAX_SECONDS: u32 = 10;
const TAIL_LINES: usize = 40;

/// Feeds functions with any bytes, and keeps those that make one panic.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which function; all without it
    target: Option<String>,

    /// How long each is fuzzed
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
}

/// Runs the command. It fails if an input makes a function panic or hang.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let chosen: Vec<&str> = match arguments.target.as_deref() {
        None => TARGETS.to_vec(),
        Some(name) if TARGETS.contains(&name) => vec![name],
        Some(name) => bail!("`{name}` is not fuzzed; known are: {}", TARGETS.join(", ")),
    };
    let metadata = MetadataCommand::new().no_deps().exec().context("`cargo metadata` failed")?;
    let root = metadata.workspace_root.as_std_path();
    let work = metadata.target_directory.as_std_path().join("fuzz");
    let programs = build(root, &work)?;
    let mut passed = true;
    for target in chosen {
        let run = Run {
            program: programs.join(target),
            kept: root.join("fuzz/corpus").join(target),
            found: work.join("corpus").join(target),
            failed: work.join("artifacts").join(target),
            log: work.join(format!("{target}.log")),
        };
        passed &= run.execute(target, arguments.seconds)?;
    }
    Ok(ExitCode::from(u8::from(!passed)))
}

/// Builds the programs with coverage, and returns the directory that holds them.
fn build(root: &Path, work: &Path) -> Result<PathBuf> {
    let host = host()?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--release", "--package", "fuzz", "--features", "libfuzzer"]);
    // With a target named, what runs at build is built without the coverage.
    cargo.args(["--target", &host, "--target-dir"]).arg(work.join("build"));
    cargo.env("RUSTFLAGS", FLAGS).current_dir(root);
    cargo.env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true");
    cargo.env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true");
    ensure!(
        cargo.status().context("cargo does not start")?.success(),
        "the fuzzer cannot be built; it needs a C++ compiler"
    );
    Ok(work.join("build").join(host).join("release"))
}

/// Returns the name of the platform that the compiler builds for.
fn host() -> Result<String> {
    let rustc = Command::new("rustc").arg("-vV").output().context("rustc does not start")?;
    let text = String::from_utf8_lossy(&rustc.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` names no host")
}

/// One function and its directories.
struct Run {
    program: PathBuf,
    /// The inputs in the repository.
    kept: PathBuf,
    /// The inputs that covered something new, from one run to the next.
    found: PathBuf,
    /// The inputs that failed.
    failed: PathBuf,
    log: PathBuf,
}

impl Run {
    /// Tells whether all inputs passed.
    fn execute(&self, target: &str, seconds: u32) -> Result<bool> {
        for directory in [&self.found, &self.failed] {
            fs::create_dir_all(directory)
                .with_context(|| format!("`{}` cannot be made", directory.display()))?;
        }
        let log = File::create(&self.log)
            .with_context(|| format!("`{}` cannot be written", self.log.display()))?;
        let mut fuzzer = Command::new(&self.program);
        // The first directory is written to.
        fuzzer.args([&self.found, &self.kept]);
        fuzzer.arg(format!("-artifact_prefix={}/", self.failed.display()));
        fuzzer.arg(format!("-max_total_time={seconds}"));
        fuzzer.arg(format!("-max_len={INPUT_MAX_BYTES}"));
        fuzzer.arg(format!("-timeout={INPUT_MAX_SECONDS}"));
        fuzzer.arg("-print_final_stats=1");
        fuzzer.stdout(Stdio::null()).stderr(log);
        let status = fuzzer.status().with_context(|| format!("`{target}` does not start"))?;
        let said = String::from_utf8_lossy(&fs::read(&self.log)?).into_owned();
        if status.success() {
            terminal::line(&summary(target, seconds, &said));
            return Ok(true);
        }
        let lines: Vec<&str> = said.lines().collect();
        terminal::line(&lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n"));
        terminal::line(&format!(
            "`{target}` fails with an input in `{}`; everything it said is in `{}`.\n\
             Keep that input in `{}`: the tests go through it.",
            self.failed.display(),
            self.log.display(),
            self.kept.display()
        ));
        Ok(false)
    }
}

fn summary(target: &str, seconds: u32, said: &str) -> String {
    let figure = |name: &str| {
        let value = said.lines().find_map(|line| line.strip_prefix(name));
        value.map_or("?", str::trim).to_owned()
    };
    let inputs = figure("stat::number_of_executed_units:");
    let new = figure("stat::new_units_added:");
    format!(
        "{target}: {inputs} inputs in {seconds} s, {new} of them covered something new; no failure"
    )
}

#[cfg(test)]
mod tests {
    //! What is said of a run.

    use super::*;

    #[test]
    fn the_summary_takes_its_figures_from_the_fuzzer() {
        let said = "#1 INITED\nstat::number_of_executed_units: 123\nstat::new_units_added:  4\n";
        assert_eq!(
            summary("facet_file", 60, said),
            "facet_file: 123 inputs in 60 s, 4 of them covered something new; no failure"
        );
        assert!(summary("facet_file", 60, "").contains("? inputs"));
    }
}
