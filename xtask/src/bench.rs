//! `cargo xtask bench`: how fast something is, beside something else that does the same.

mod cases;
mod comparison;
mod document;
mod effort;
mod executor;
mod injection;
mod machine;
mod markdown;
mod programs;
mod reports;
mod scan;
mod startup;

use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;
use clap::Args;

use crate::terminal;
use comparison::Results;
use effort::Effort;

/// Where the results stand, from the workspace's root.
const DOCUMENT: &str = "docs/benchmarks.md";

/// The one list of benches.
const BENCHES: &[Bench] = &[
    Bench {
        name: "startup",
        about: "from the start of a process to its first step",
        build: Some(build_programs),
        run: |_| startup::run(),
    },
    Bench {
        name: "executor",
        about: "steps and stores, beside the database below them and other executors",
        build: Some(build_programs),
        run: executor::run,
    },
    Bench {
        name: "injection",
        about: "components, beside other frameworks and by hand",
        build: Some(injection::build),
        run: |_| injection::run(),
    },
    Bench {
        name: "reports",
        about: "rendering the reports of 10,000 cases",
        build: None,
        run: |_| reports::run(),
    },
    Bench {
        name: "tests",
        about: "test cases beside bare `#[test]`s, and the runner beside its backend alone",
        build: None,
        run: cases::run,
    },
    Bench {
        name: "scan",
        about: "scanning the sources of a workspace",
        build: None,
        run: |_| scan::run(),
    },
];

/// Measures something of ours beside something else, and writes the result to docs/benchmarks.md.
#[derive(Debug, Args)]
#[command(after_help = help())]
pub(crate) struct Arguments {
    /// Which bench; all without it
    name: Option<String>,

    /// Only prints the result
    #[arg(long)]
    dry_run: bool,

    /// Only builds what is measured, so that the next run begins with measuring
    #[arg(long)]
    build: bool,

    /// Measures little where a bench is long, to try it; only prints the result
    #[arg(long)]
    quick: bool,
}

/// A named bench.
struct Bench {
    name: &'static str,
    /// What it measures, for the list and the heading.
    about: &'static str,
    /// Builds the programs that it measures, if there are any; those that are built are left alone.
    build: Option<fn() -> Result<()>>,
    /// Measures; builds before what has not been built.
    run: fn(Effort) -> Result<Results>,
}

/// Runs the command. It fails if a figure is over its bound.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    // Figures of a trial do not count.
    if cfg!(debug_assertions) && !arguments.quick {
        return optimised(arguments);
    }
    let chosen: Vec<&Bench> = match &arguments.name {
        None => BENCHES.iter().collect(),
        Some(name) => vec![find(name)?],
    };
    if arguments.build {
        for bench in chosen {
            if let Some(build) = bench.build {
                build().with_context(|| format!("bench `{}` cannot be built", bench.name))?;
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    let metadata = MetadataCommand::new().no_deps().exec().context("`cargo metadata` failed")?;
    let path = metadata.workspace_root.as_std_path().join(DOCUMENT);
    let facts = machine::facts();
    let effort = if arguments.quick { Effort::Quick } else { Effort::Full };
    let mut all_ok = true;
    for bench in chosen {
        terminal::heading(&format!("{}: {}", bench.name, bench.about));
        let results =
            (bench.run)(effort).with_context(|| format!("bench `{}` failed", bench.name))?;
        let table = comparison::table(&results.comparisons);
        terminal::line(&table);
        if !results.figures.is_empty() {
            terminal::line(&results.figures);
        }
        all_ok &= results.is_ok();
        if !arguments.dry_run && !arguments.quick {
            let old = fs::read_to_string(&path).unwrap_or_default();
            let body = document::body(bench.about, &facts, &table, &results);
            let new = document::with_section(&old, bench.name, &body);
            if let Some(dir) = path.parent() {
                fs::create_dir_all(dir)?;
            }
            fs::write(&path, new).with_context(|| format!("`{DOCUMENT}` cannot be written"))?;
        }
    }
    Ok(ExitCode::from(u8::from(!all_ok)))
}

/// Runs the same command again in a build whose figures count.
fn optimised(arguments: &Arguments) -> Result<ExitCode> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--release", "--package", "xtask", "--", "bench"]);
    cargo.args(&arguments.name);
    if arguments.dry_run {
        cargo.arg("--dry-run");
    }
    if arguments.build {
        cargo.arg("--build");
    }
    let status = cargo.status().context("cargo does not start")?;
    Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
}

fn build_programs() -> Result<()> {
    programs::build().map(|_| ())
}

fn find(name: &str) -> Result<&'static Bench> {
    if let Some(bench) = BENCHES.iter().find(|bench| bench.name == name) {
        return Ok(bench);
    }
    let similar = BENCHES
        .iter()
        .max_by(|a, b| {
            let (a, b) = (strsim::jaro(a.name, name), strsim::jaro(b.name, name));
            a.total_cmp(&b)
        })
        .filter(|bench| strsim::jaro(bench.name, name) > 0.7);
    let hint = similar.map_or(String::new(), |bench| format!(", perhaps `{}`?", bench.name));
    let known: Vec<_> = BENCHES.iter().map(|bench| bench.name).collect();
    bail!("no bench is called `{name}`{hint}; known are: {}", known.join(", "))
}

fn help() -> String {
    let benches = BENCHES.iter();
    let lines = benches.map(|bench| format!("  {:<10} {}\n", bench.name, bench.about));
    format!("Benches:\n{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    //! Finding benches.

    use super::*;

    #[test]
    fn unknown_names_list_the_known_ones() {
        let message = find("report").err().map(|error| error.to_string()).unwrap_or_default();
        assert!(
            message
                .starts_with("no bench is called `report`, perhaps `reports`?; known are: startup"),
            "{message}"
        );
        assert!(find("reports").is_ok());
    }
}
