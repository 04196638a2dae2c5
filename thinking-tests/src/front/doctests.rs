//! Doctests, through `cargo test --doc`: cargo-nextest does not run them.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader};
use std::process::{Command, ExitStatus, Stdio};

use super::command::{cargo_in, not_started};
use super::coverage::Instrumentation;
use super::error::FrontError;
use super::options::{Backend, Options};
use super::panic_text;
use super::subtree::Subtree;
use super::terminal;
use super::transcript::{Entry, Finished, Transcript, Verdict};
use super::workspace::{Package, Workspace};
use crate::report::{CaseReport, Location, Outcome, SuiteKind, SuiteReport};

/// Runs the doctests that `options` select, and returns a suite per package.
///
/// Arguments for the backend are handed on only under libtest, whose arguments rustdoc shares.
pub(super) fn run(
    options: &Options,
    workspace: &Workspace,
    coverage: Option<&Instrumentation>,
) -> Result<Vec<SuiteReport>, FrontError> {
    let packages = workspace.packages.iter();
    let packages: Vec<_> = packages
        .filter(|package| package.documented_crate.is_some() && options.includes(&package.name))
        .collect();
    let mut suites = Vec::new();
    for plan in plans(options, &packages) {
        suites.extend(execute(options, workspace, coverage, &plan)?);
    }
    Ok(suites)
}

/// One call of cargo: some packages, and what their doctests' names have to contain.
struct Plan<'a> {
    packages: Vec<&'a Package>,
    /// Whether cargo is told the packages, rather than what the whole run is about: with other
    /// packages come other features, and libraries would be compiled again.
    by_name: bool,
    filters: Vec<String>,
    /// Decides exactly; the filter is only a coarse one.
    subtree: Option<&'a Subtree>,
}

impl Plan<'_> {
    fn selects(&self, package: &Package, item: &str) -> bool {
        // A doctest belongs to no test binary, and nothing has an empty name.
        self.subtree.is_none_or(|subtree| subtree.selects(&package.name, "", item))
    }
}

fn plans<'a>(options: &'a Options, packages: &[&'a Package]) -> Vec<Plan<'a>> {
    let Some(subtree) = &options.subtree else {
        return vec![Plan {
            packages: packages.to_vec(),
            by_name: false,
            filters: Vec::new(),
            subtree: None,
        }];
    };
    // A package that the subtree names is filtered by the rest of it too.
    let (named, others): (Vec<&Package>, Vec<&Package>) =
        packages.iter().partition(|package| subtree.rest_in(&package.name).is_some());
    [named, others]
        .into_iter()
        .filter_map(|packages| {
            let rest = subtree.rest_in(&packages.first()?.name);
            let filters = match rest {
                Some([]) => Vec::new(),
                Some(rest) => vec![subtree.to_string(), rest.join("::")],
                None => vec![subtree.to_string()],
            };
            Some(Plan {
                packages,
                by_name: rest.is_some_and(<[String]>::is_empty),
                filters,
                subtree: Some(subtree),
            })
        })
        .collect()
}

fn execute(
    options: &Options,
    workspace: &Workspace,
    coverage: Option<&Instrumentation>,
    plan: &Plan<'_>,
) -> Result<Vec<SuiteReport>, FrontError> {
    if plan.packages.is_empty() {
        return Ok(Vec::new());
    }
    let mut command = cargo_in(workspace);
    command.args(["test", "--doc", "--no-fail-fast"]);
    if plan.by_name {
        for package in &plan.packages {
            command.args(["--package", &package.name]);
        }
        command.args(&options.cargo_flags);
    } else {
        command.args(options.selection_flags());
    }
    if let Some(coverage) = coverage {
        // Not to measure them, but to use the libraries that were built for the others.
        command.args(coverage.build_flags());
        coverage.observe(&mut command, None);
    }
    command.args(["--", "--show-output"]).args(&plan.filters);
    if options.backend == Backend::Libtest {
        command.args(&options.backend_arguments);
    }

    let mut transcript = Transcript::default();
    let status = read_lines(&mut command, |line| {
        if let Some(progress) = transcript.line(line) {
            terminal::progress(&progress);
        }
    })?;
    let finished = transcript.finish();
    let has_failure = finished.entries.iter().any(|entry| entry.verdict == Verdict::Failed);
    // Cargo has one exit code for a failed doctest and a library that does not compile.
    if !status.success() && !has_failure {
        return Err(FrontError::Build);
    }
    Ok(suites(plan, finished))
}

fn suites(plan: &Plan<'_>, finished: Finished) -> Vec<SuiteReport> {
    let mut suites = Vec::new();
    for package in &plan.packages {
        let name = format!("{} (doc)", package.name);
        let mut suite = SuiteReport::new(name, &package.name, SuiteKind::Doctest);
        let mut seen = HashSet::new();
        suite.cases = finished
            .entries
            .iter()
            .filter(|entry| Some(&entry.doctests_of) == package.documented_crate.as_ref())
            .filter(|entry| plan.selects(package, Name::parse(&entry.name).item))
            .filter(|entry| seen.insert(&entry.name))
            .map(case)
            .collect();
        // rustdoc reports them in the order in which they end.
        suite.cases.sort_by_key(|case| {
            let place = case.location.as_ref();
            place.map(|place| (place.file.clone(), place.line))
        });
        suites.push(suite);
    }
    suites
}

fn case(entry: &Entry) -> CaseReport {
    let Name { file, item, line } = Name::parse(&entry.name);
    let (outcome, message) = match &entry.verdict {
        Verdict::Passed => (Outcome::Passed, None),
        Verdict::Ignored(reason) => (Outcome::Skipped, reason.clone()),
        Verdict::Failed => {
            let message = panic_text::message(&entry.output);
            let message = message.unwrap_or_else(|| entry.output.trim().to_owned());
            (panic_text::outcome(&message), Some(message))
        }
    };
    let name = match line {
        Some(line) => format!("{item} (line {line})"),
        None => item.to_owned(),
    };
    let mut case = CaseReport::new(name.trim_start(), outcome);
    case.message = message;
    case.stdout = entry.output.clone();
    case.location = line.map(|line| Location { file: file.to_owned(), line });
    case
}

/// The name of a doctest: `src/lib.rs - inner::Item (line 12)`.
#[derive(Debug, PartialEq, Eq)]
struct Name<'a> {
    file: &'a str,
    /// Empty for the crate's own documentation.
    item: &'a str,
    line: Option<u32>,
}

impl<'a> Name<'a> {
    fn parse(text: &'a str) -> Self {
        let (path, line) = match text.rsplit_once(" (line ") {
            Some((path, line)) => (path, line.trim_end_matches(')').parse().ok()),
            None => (text, None),
        };
        let (file, item) = path.split_once(" -").unwrap_or(("", path));
        Self { file, item: item.trim_start(), line }
    }
}

/// Runs `command`, gives each line of both its streams to `read`, and returns how it ended.
///
/// Both streams go through one pipe, or their order would be lost. Text that is not UTF-8 is
/// replaced where it is not.
pub(super) fn read_lines(
    command: &mut Command,
    mut read: impl FnMut(&str),
) -> Result<ExitStatus, FrontError> {
    let start = |command: &mut Command| -> io::Result<_> {
        let (reader, writer) = io::pipe()?;
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let child = command.spawn()?;
        // The command holds the writing ends; the pipe ends only when they are gone.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Ok((child, reader))
    };
    let (mut child, reader) = start(command).map_err(|source| not_started(command, source))?;
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&line);
        read(text.trim_end_matches('\n').trim_end_matches('\r'));
        line.clear();
    }
    child.wait().map_err(|source| not_started(command, source))
}

#[cfg(test)]
mod tests {
    //! The names of doctests.

    use super::*;

    #[test]
    fn names_are_taken_apart() {
        for (text, file, item, line) in [
            ("src/lib.rs - (line 1)", "src/lib.rs", "", Some(1)),
            ("p/src/a.rs - a::S::m (line 26)", "p/src/a.rs", "a::S::m", Some(26)),
            ("README.md - Usage (line 3)", "README.md", "Usage", Some(3)),
            ("odd", "", "odd", None),
        ] {
            assert_eq!(Name::parse(text), Name { file, item, line }, "{text}");
        }
    }
}
