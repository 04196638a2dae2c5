//! `cargo xtask modules`: what the sources of programs define and the programs do not hold.

mod program;

use std::env;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use thinking_modules::TargetKind;
use thinking_modules::scan::{Finding, Graph, Problem, Scan, Target, Targets, missing};

use crate::terminal;
use program::Built;

/// Finds what the linker left out of programs: crates that nothing names, each with the line to
/// add.
///
/// Builds each binary with a `#[thinking::main]`, asks it what it holds (`PROGRAM modules --json`),
/// and compares that with the sources of its package and of its dependencies. Files that no `mod`
/// declares, or that do not parse, are found on the way.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 nothing is missing, 1 something is or the command failed, 2 wrong \
    arguments.\n\n\
    Examples:\n  cargo xtask modules\n  cargo xtask modules -p my-package --except gpu"
)]
pub(crate) struct Arguments {
    /// Only the programs of this package; may be given several times
    #[arg(short, long = "package", value_name = "NAME")]
    packages: Vec<String>,

    /// Only the program of this name; may be given several times
    #[arg(long = "bin", value_name = "NAME")]
    binaries: Vec<String>,

    /// A crate that is left out on purpose; may be given several times
    #[arg(long, value_name = "CRATE")]
    except: Vec<String>,

    /// Prints JSON instead of text
    #[arg(long)]
    json: bool,
}

/// Runs the command. It fails if something is found.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let directory = env::current_dir().context("the working directory is unknown")?;
    let scan = Scan::of_workspace(&directory, Targets::All)?;
    let chosen = choose(&scan, arguments)?;
    let built = program::build(&directory, &chosen)?;
    let graph = Graph::read(&directory)?;
    let mut programs = Vec::new();
    let mut registries = Vec::new();
    for Built { directory, target, file } in &built {
        programs.push(graph.program(directory, TargetKind::Binary, target.krate(), false)?);
        registries.push(program::registered(file)?);
    }
    let scan = graph.scan(&programs);
    let here = |finding: Finding| finding.relative_to(graph.root());
    let mut reports = Vec::new();
    for ((built, program), registered) in built.iter().zip(&programs).zip(&registries) {
        let findings = missing(&scan, program, registered).into_iter();
        let findings = findings.filter(|finding| !is_excepted(finding, &arguments.except));
        let program = Some(built.target.name.clone());
        reports.push(Report { program, findings: findings.map(here).collect() });
    }
    let findings = scan.findings().cloned().map(here).collect();
    reports.push(Report { program: None, findings });
    show(&reports, arguments.json)?;
    let is_clean = reports.iter().all(|report| report.findings.is_empty());
    Ok(ExitCode::from(u8::from(!is_clean)))
}

fn is_excepted(finding: &Finding, crates: &[String]) -> bool {
    matches!(&finding.problem, Problem::LostCrate { krate, .. } if crates.contains(krate))
}

/// What was found of a program, or of the sources alone.
#[derive(serde::Serialize)]
struct Report {
    /// Nothing where the files themselves are wrong.
    program: Option<String>,
    findings: Vec<Finding>,
}

fn show(reports: &[Report], json: bool) -> Result<()> {
    if json {
        terminal::line(&serde_json::to_string_pretty(reports)?);
        return Ok(());
    }
    for Report { program, findings } in reports {
        for finding in findings {
            terminal::line(&finding.to_string());
        }
        if let Some(program) = program {
            let text = match findings.len() {
                0 => format!("`{program}` holds all that its sources define"),
                _ => format!("`{program}` lacks what its sources define"),
            };
            terminal::verdict(findings.is_empty(), &text);
        }
    }
    Ok(())
}

/// A program to look at: its package's name, and the target.
type Chosen<'a> = (&'a thinking_modules::scan::Package, &'a Target);

/// Finds the programs that the arguments name, or all.
fn choose<'a>(scan: &'a Scan, arguments: &Arguments) -> Result<Vec<Chosen<'a>>> {
    let all = scan.packages.iter().flat_map(|package| {
        let programs = package
            .targets
            .iter()
            .filter(|target| target.is_program && target.kind == TargetKind::Binary);
        programs.map(move |target| (package, target))
    });
    let all: Vec<_> = all.collect();
    let packages: Vec<_> = all.iter().map(|(package, _)| &*package.name).collect();
    let binaries: Vec<_> = all.iter().map(|(_, target)| &*target.name).collect();
    known(&arguments.packages, &packages, "package with a program")?;
    known(&arguments.binaries, &binaries, "program")?;
    let is_wanted = |wanted: &[String], name: &String| wanted.is_empty() || wanted.contains(name);
    let chosen = all.into_iter().filter(|(package, target)| {
        is_wanted(&arguments.packages, &package.name)
            && is_wanted(&arguments.binaries, &target.name)
    });
    let chosen: Vec<_> = chosen.collect();
    if chosen.is_empty() {
        bail!("no binary here has a `#[thinking::main]` and is chosen by the arguments");
    }
    Ok(chosen)
}

/// Refuses a name that is not among the known ones.
fn known(names: &[String], known: &[&str], what: &str) -> Result<()> {
    let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) else {
        return Ok(());
    };
    let mut known = known.to_vec();
    known.sort_unstable();
    known.dedup();
    let nearest = known
        .iter()
        .max_by(|a, b| strsim::jaro(a, name).total_cmp(&strsim::jaro(b, name)))
        .filter(|nearest| strsim::jaro(nearest, name) > 0.7);
    let hint = nearest.map_or(String::new(), |nearest| format!(", perhaps `{nearest}`?"));
    bail!("there is no {what} called `{name}`{hint}; known are: {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    //! Choosing programs.

    use super::*;

    #[test]
    fn unknown_names_list_the_known_ones() {
        let unknown = ["digit".to_owned()];
        let error = known(&unknown, &["lost", "digits", "lost"], "program").unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no program called `digit`, perhaps `digits`?; known are: digits, lost"
        );
        assert!(known(&unknown, &["digit"], "program").is_ok());
    }
}
