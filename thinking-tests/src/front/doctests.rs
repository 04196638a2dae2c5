//! Doctests, through `cargo test --doc`: cargo-nextest does not run them.

use std::collections::{BTreeSet, HashSet};

use super::command::cargo_in;
use super::error::FrontError;
use super::failed::CaseId;
use super::options::Backend;
use super::panic_text;
use super::plan::Plan;
use super::read_lines::read_lines;
use super::terminal;
use super::transcript::{Entry, Finished, Progress, Transcript, Verdict};
use super::workspace::Package;
use crate::report::{CaseReport, Location, Outcome, SuiteKind, SuiteReport};

/// Runs the selected doctests, and returns a suite per package.
///
/// Arguments for the backend are handed on only under libtest, whose arguments rustdoc shares.
pub(super) fn run(plan: &Plan<'_>) -> Result<Vec<SuiteReport>, FrontError> {
    let mut suites = Vec::new();
    for call in calls(plan)? {
        suites.extend(execute(plan, &call)?);
    }
    Ok(suites)
}

/// Lists the selected doctests, a suite per package that has any.
///
/// They have to be compiled for that.
pub(super) fn list(plan: &Plan<'_>) -> Result<Vec<ListedDoctest>, FrontError> {
    let packages = packages(plan);
    if packages.is_empty() || !plan.selection.may_select_doctests() {
        return Ok(Vec::new());
    }
    let mut command = cargo_in(&plan.workspace);
    command.args(["test", "--doc", "--no-fail-fast"]).args(plan.options.selection_flags());
    plan.instrument(&mut command);
    command.args(["--", "--list", "--format", "terse"]);
    let mut listed = Vec::new();
    let mut package = None;
    let mut lines = Vec::new();
    let status = read_lines(&mut command, |line| {
        lines.push(line.to_owned());
        if let Some(name) = line.trim_start().strip_prefix("Doc-tests ") {
            let is_named =
                |package: &&&Package| package.documented_crate.as_deref() == Some(name.trim());
            package = packages.iter().find(is_named);
        } else if let (Some(name), Some(package)) = (line.strip_suffix(": test"), package) {
            let Name { file, item, line } = Name::parse(name);
            let suite = suite_name(package);
            if plan.selection.selects_doctest(&suite, &package.name, item) {
                let (file, item) = (file.to_owned(), item.to_owned());
                listed.push(ListedDoctest {
                    suite,
                    name: case_name(&item, line),
                    file,
                    item,
                    line,
                });
            }
        }
    })?;
    if !status.success() {
        lines.iter().for_each(|line| terminal::progress(&Progress::Other(line.clone())));
        return Err(FrontError::Build);
    }
    listed.sort_by(|a, b| (&a.suite, &a.file, a.line).cmp(&(&b.suite, &b.file, b.line)));
    Ok(listed)
}

/// A selected doctest.
pub(super) struct ListedDoctest {
    pub(super) suite: String,
    /// As reports call it.
    pub(super) name: String,
    pub(super) file: String,
    item: String,
    pub(super) line: Option<u32>,
}

/// One call of cargo: some packages, and what their doctests' names have to contain.
struct Call<'a> {
    packages: Vec<&'a Package>,
    /// Whether cargo is told the packages, rather than what the whole run is about: with other
    /// packages come other features, and libraries would be compiled again.
    by_name: bool,
    /// Coarse, as rustdoc takes its arguments apart at blanks; the selection decides afterwards.
    filters: BTreeSet<String>,
}

/// Returns the packages of the run that have doctests.
fn packages<'a>(plan: &'a Plan<'_>) -> Vec<&'a Package> {
    let packages = plan.workspace.packages.iter();
    packages
        .filter(|package| {
            package.documented_crate.is_some() && plan.options.includes(&package.name)
        })
        .collect()
}

fn calls<'a>(plan: &'a Plan<'_>) -> Result<Vec<Call<'a>>, FrontError> {
    let packages = packages(plan);
    let selection = &plan.selection;
    if packages.is_empty() || !selection.may_select_doctests() {
        return Ok(Vec::new());
    }
    if let Some(failed) = &selection.failed {
        return Ok(calls_for_failed(plan, failed, packages));
    }
    if selection.shard.is_some() {
        let listed = list(plan)?;
        // The documentation of a crate has no item, but a file.
        let filters: BTreeSet<String> = listed
            .into_iter()
            .map(|doctest| if doctest.item.is_empty() { doctest.file } else { doctest.item })
            .collect();
        let call = Call { packages, by_name: false, filters };
        return Ok(Vec::from_iter((!call.filters.is_empty()).then_some(call)));
    }
    let Some(subtree) = &selection.subtree else {
        return Ok(vec![Call { packages, by_name: false, filters: BTreeSet::new() }]);
    };
    // A package that the subtree names is filtered by the rest of it too.
    let (named, others): (Vec<&Package>, Vec<&Package>) =
        packages.into_iter().partition(|package| subtree.rest_in(&package.name).is_some());
    let calls = [named, others].into_iter().filter_map(|packages| {
        let rest = subtree.rest_in(&packages.first()?.name);
        let filters = match rest {
            Some([]) => BTreeSet::new(),
            Some(rest) => [subtree.to_string(), rest.join("::")].into(),
            None => [subtree.to_string()].into(),
        };
        let by_name = rest.is_some_and(<[String]>::is_empty);
        Some(Call { packages, by_name, filters })
    });
    Ok(calls.collect())
}

/// Runs only packages of which a doctest failed.
fn calls_for_failed<'a>(
    plan: &Plan<'_>,
    failed: &BTreeSet<CaseId>,
    packages: Vec<&'a Package>,
) -> Vec<Call<'a>> {
    let calls = packages.into_iter().filter_map(|package| {
        let suite = suite_name(package);
        let items = failed.iter().filter(|id| {
            id.suite() == suite && plan.selection.selects_doctest(&suite, &package.name, id.case())
        });
        let items: BTreeSet<String> = items.map(|id| id.case().to_owned()).collect();
        if items.is_empty() {
            return None;
        }
        // The documentation of a crate has no item to filter by.
        let filters = if items.contains("") { BTreeSet::new() } else { items };
        Some(Call { packages: vec![package], by_name: true, filters })
    });
    calls.collect()
}

fn execute(plan: &Plan<'_>, call: &Call<'_>) -> Result<Vec<SuiteReport>, FrontError> {
    let options = plan.options;
    let mut command = cargo_in(&plan.workspace);
    command.args(["test", "--doc", "--no-fail-fast"]);
    // Not to measure them, but to use the libraries that were built for the others.
    plan.instrument(&mut command);
    if call.by_name {
        for package in &call.packages {
            command.args(["--package", &package.name]);
        }
        command.args(&options.cargo_flags);
    } else {
        command.args(options.selection_flags());
    }
    command.envs(plan.environment());
    command.args(["--", "--show-output"]);
    if let Some(jobs) = plan.settings.jobs {
        command.arg(format!("--test-threads={jobs}"));
    }
    command.args(&call.filters);
    if plan.settings.backend == Backend::Libtest {
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
    Ok(suites(plan, call, finished))
}

fn suites(plan: &Plan<'_>, call: &Call<'_>, finished: Finished) -> Vec<SuiteReport> {
    let mut suites = Vec::new();
    for package in &call.packages {
        let mut suite = SuiteReport::new(suite_name(package), &package.name, SuiteKind::Doctest);
        let mut seen = HashSet::new();
        let selects = |entry: &&Entry| {
            let item = Name::parse(&entry.name).item;
            plan.selection.selects_doctest(&suite.name, &package.name, item)
        };
        suite.cases = finished
            .entries
            .iter()
            .filter(|entry| Some(&entry.doctests_of) == package.documented_crate.as_ref())
            .filter(selects)
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

/// Returns the name of the suite of a package's doctests.
pub(super) fn suite_name(package: &Package) -> String {
    format!("{} (doc)", package.name)
}

fn case_name(item: &str, line: Option<u32>) -> String {
    let name = match line {
        Some(line) => format!("{item} (line {line})"),
        None => item.to_owned(),
    };
    name.trim_start().to_owned()
}

fn case(entry: &Entry) -> CaseReport {
    let Name { file, item, line } = Name::parse(&entry.name);
    let (outcome, message) = match &entry.verdict {
        Verdict::Passed => (Outcome::Passed, None),
        Verdict::Ignored(reason) => (Outcome::Skipped, reason.clone()),
        Verdict::Failed => {
            let message = panic_text::message(&entry.output, &entry.name);
            let message = message.unwrap_or_else(|| entry.output.trim().to_owned());
            (panic_text::outcome(&message), Some(message))
        }
    };
    let mut case = CaseReport::new(case_name(item, line), outcome);
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
