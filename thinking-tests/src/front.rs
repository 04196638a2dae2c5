//! The runner behind `cargo xtask test`, as a library.
//!
//! It drives the backends people have: cargo-nextest where it is installed, libtest otherwise,
//! and rustdoc's doctests in both cases. What they say becomes one [`RunReport`].

mod annotations;
mod case_list;
mod command;
mod configuration;
mod coverage;
mod doctests;
mod error;
pub mod exit;
mod failed;
mod files;
pub mod history;
mod junit_files;
mod knowledge;
mod lanes;
mod libtest;
mod lines;
mod listing;
mod nextest;
mod options;
mod panic_text;
mod plan;
mod policy;
mod profiles;
mod read_lines;
mod reports;
mod selection;
mod settings;
mod shard;
mod subtree;
mod tags;
mod terminal;
mod transcript;
mod workspace;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::{Instant, SystemTime};

use thinking_runtime::nearest;

pub use case_list::{CaseList, ListedCase};
pub use configuration::{Places, config, init, places, schema, template};
pub use coverage::run_as_helper;
pub use error::FrontError;
pub use options::{Backend, Options};
pub use settings::{Coverage, History, Html, Junit, Tests};
pub use shard::{Shard, ShardError};
pub use subtree::{Subtree, SubtreeError};
pub use tags::{TagFilter, TagFilterError};

use crate::report::{CaseReport, Outcome, RunReport, SuiteReport};
use doctests::ListedDoctest;
use failed::CaseId;
use knowledge::Knowledge;
use libtest::Libtest;
use listing::{ListedSuite, Listing};
use plan::Plan;

/// Runs the cases that `options` ask for, writes the reports, and prints what happens.
///
/// The backend's output is shown as it comes; a summary follows with the failures, the paths of
/// the reports, and `N passed, N failed, N skipped` alone on the last line, with `, N flaky` if cases
/// passed that had failed before. Failed cases are not
/// an error of this function: ask [`RunReport::counts`], or [`exit::code`] for the exit code.
///
/// # Errors
///
/// - [`FrontError::Settings`] if `tests.toml` has mistakes; nothing was built then.
/// - [`FrontError::Build`] if something did not compile; cargo has said what.
/// - [`FrontError::NothingMatched`], [`FrontError::NothingSelected`], [`FrontError::NothingFailed`],
///   [`FrontError::Tags`] and [`FrontError::NoCases`] if there was nothing to run.
/// - Others if cargo, a backend or the disk fails. Reports of earlier runs are then still there.
pub fn run(options: &Options) -> Result<RunReport, FrontError> {
    let started = SystemTime::now();
    let clock = Instant::now();
    let plan = Plan::new(options)?;
    let runner = Runner::new(&plan)?;

    let listing = runner.list(&plan)?;
    let listed = &listing.suites;
    let mut suites = match runner.run(&plan, listed)? {
        suites if plan.settings.fail_fast && has_failure(&suites) => suites,
        mut suites => {
            suites.extend(doctests::run(&plan)?);
            suites
        }
    };
    add_left_out(&plan, listed, &mut suites)?;
    let knowledge = Knowledge::read(&plan.files);
    for suite in &mut suites {
        if let Some(listed) = listed.iter().find(|listed| listed.name == suite.name) {
            knowledge.complete(listed, suite, &plan.workspace.root);
            suite.cases.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
    suites.retain(|suite| !suite.cases.is_empty());
    lanes::assign(&mut suites);

    let mut run = RunReport::new(plan.workspace.title(), runner.name(), started);
    run.subtree = plan.selection.subtree.as_ref().map(Subtree::to_string);
    run.selection = plan.selection.flags();
    run.profiles = plan.settings.profiles.clone();
    run.suites = suites;
    run.duration = clock.elapsed();
    if run.suites.is_empty() {
        return Err(nothing(&plan, listed));
    }

    let exists = |id: &CaseId| exists(&plan, listed, id);
    failed::write_after(&plan.files.failed, &run.suites, exists)?;
    let covered = plan.coverage.as_ref().map_or(Ok(()), |coverage| {
        let binaries = listing.binaries();
        coverage.collect(&plan, &binaries, &mut run)
    });
    let written = reports::write(&plan, &mut run)?;
    terminal::summary(&run, &written);
    // The cases count whatever became of their coverage, so their reports are written before.
    covered.map(|()| run)
}

/// Lists the cases that `options` ask for, without running any. The test binaries are built for
/// that, and so are the doctests.
///
/// # Errors
///
/// Those of [`run`].
pub fn list(options: &Options) -> Result<CaseList, FrontError> {
    let plan = Plan::new(options)?;
    let listed = Runner::new(&plan)?.list(&plan)?.suites;
    let doctests: Vec<ListedDoctest> = doctests::list(&plan)?;
    let list = CaseList::new(&listed, &doctests);
    match list.cases.is_empty() {
        true => Err(nothing(&plan, &listed)),
        false => Ok(list),
    }
}

/// The backend of a run.
enum Runner {
    Nextest(nextest::Version),
    Libtest(Libtest),
}

impl Runner {
    fn new(plan: &Plan<'_>) -> Result<Self, FrontError> {
        Ok(match plan.settings.backend.resolve(&plan.workspace)? {
            Some(version) => Self::Nextest(version),
            None => Self::Libtest(Libtest::new(&plan.workspace)?),
        })
    }

    fn name(&self) -> String {
        match self {
            Self::Nextest(version) => format!("cargo-nextest {version}"),
            Self::Libtest(_) => "libtest".to_owned(),
        }
    }

    /// Builds and lists all test binaries, and marks the selected cases.
    fn list(&self, plan: &Plan<'_>) -> Result<Listing, FrontError> {
        let mut listing = match self {
            Self::Nextest(_) => nextest::list(plan)?,
            Self::Libtest(libtest) => libtest.list(plan)?,
        };
        listing::complete(&mut listing.suites, &plan.files);
        plan.selection.mark(&mut listing.suites)?;
        Ok(listing)
    }

    fn run(&self, plan: &Plan<'_>, listed: &[ListedSuite]) -> Result<Vec<SuiteReport>, FrontError> {
        match self {
            Self::Nextest(_) => nextest::run(plan, listed),
            Self::Libtest(libtest) => libtest.run(plan, listed),
        }
    }
}

/// Adds the selected cases that the backend says nothing of: those that are ignored, and those that
/// a first failure kept from beginning.
///
/// With further arguments the user chose among the cases, and what is not there may just not have
/// been chosen.
fn add_left_out(
    plan: &Plan<'_>,
    listed: &[ListedSuite],
    suites: &mut Vec<SuiteReport>,
) -> Result<(), FrontError> {
    if plan.has_arguments() {
        return Ok(());
    }
    let is_ignored = |listed: &ListedSuite| listed.selected().any(|case| case.ignored);
    let libtest = listed.iter().any(is_ignored).then(|| Libtest::new(&plan.workspace));
    let libtest = libtest.transpose()?;
    for listed in listed {
        let index = suites.iter().position(|suite| suite.name == listed.name);
        let told: HashSet<&str> = index
            .map(|index| suites[index].cases.iter().map(|case| case.name.as_str()).collect())
            .unwrap_or_default();
        let left_out = listed.selected().filter(|case| !told.contains(case.name.as_str()));
        let (ignored, others): (Vec<_>, Vec<_>) = left_out.partition(|case| case.ignored);
        let ignored: Vec<&str> = ignored.into_iter().map(|case| case.name.as_str()).collect();
        let mut reasons = match &libtest {
            Some(libtest) if !ignored.is_empty() => libtest.reasons(plan, listed, &ignored)?,
            _ => HashMap::new(),
        };
        let why = match plan.settings.fail_fast {
            true => "it did not begin, as another test had failed",
            false => "the backend did not run it",
        };
        let others = others.into_iter().map(|case| (case.name.as_str(), Some(why.to_owned())));
        let ignored = ignored.into_iter().map(|name| (name, reasons.remove(name)));
        let cases: Vec<CaseReport> = ignored
            .chain(others)
            .map(|(name, why)| {
                let mut report = CaseReport::new(name, Outcome::Skipped);
                report.message = why;
                report
            })
            .collect();
        match index {
            Some(index) => suites[index].cases.extend(cases),
            None if cases.is_empty() => {}
            None => {
                let mut suite = SuiteReport::new(&listed.name, &listed.package, listed.kind);
                suite.cases = cases;
                suites.push(suite);
            }
        }
    }
    Ok(())
}

/// Tells whether a case that failed earlier is still there.
fn exists(plan: &Plan<'_>, listed: &[ListedSuite], id: &CaseId) -> bool {
    let packages = &plan.workspace.packages;
    if let Some(suite) = listed.iter().find(|suite| suite.name == id.suite()) {
        let uses = |case: &&listing::ListedCase| {
            let mut fixtures = case.fixtures().iter();
            fixtures.any(|fixture| CaseId::of_fixture(&suite.name, fixture) == *id)
        };
        // What its users did not make fail this time has passed.
        let mut users = suite.cases.iter().filter(uses);
        return suite.cases.iter().any(|case| case.name == id.case())
            || users.clone().next().is_some() && users.all(|user| !user.selected);
    }
    // What this run did not list, a run of other packages or of doctests may.
    let of_package = |name: &str| {
        id.suite() == name
            || id.suite().strip_prefix(name).is_some_and(|rest| rest.starts_with("::"))
    };
    packages.iter().any(|package| {
        let is_doctest = id.suite() == doctests::suite_name(package);
        is_doctest || (of_package(&package.name) && !plan.options.includes(&package.name))
    })
}

fn has_failure(suites: &[SuiteReport]) -> bool {
    suites.iter().any(|suite| suite.counts().failed > 0)
}

/// Returns the error for a run that has no case.
fn nothing(plan: &Plan<'_>, listed: &[ListedSuite]) -> FrontError {
    let flags = plan.selection.flags();
    match (&plan.selection.subtree, flags.is_empty()) {
        (None, true) => FrontError::NoCases,
        (Some(subtree), true) => {
            let known = known_names(plan, &listing::modules(listed));
            let paths = listing::paths(listed);
            let names = paths.into_iter().chain(known.iter().map(String::as_str));
            let near = nearest(&subtree.to_string(), names).map(str::to_owned);
            FrontError::NothingMatched { subtree: subtree.clone(), near, known }
        }
        (subtree, false) => {
            let subtree = subtree.as_ref().map(Subtree::to_string);
            let parts: Vec<String> = subtree.into_iter().chain(flags).collect();
            let failed = plan.selection.failed.iter().flatten();
            let of_no_test = failed.filter(|id| id.is_of_no_test()).map(|id| id.case().to_owned());
            FrontError::NothingSelected {
                wanted: format!("`{}`", parts.join(" ")),
                of_no_test: of_no_test.collect(),
            }
        }
    }
}

/// Lists what a subtree may begin with.
fn known_names(plan: &Plan<'_>, modules: &BTreeSet<&str>) -> Vec<String> {
    let packages = plan.workspace.packages.iter();
    let packages = packages.filter(|package| plan.options.includes(&package.name));
    let packages = packages.flat_map(|package| {
        let binaries = package.test_binaries.iter().cloned();
        std::iter::once(package.name.clone()).chain(binaries)
    });
    let mut names: Vec<_> =
        modules.iter().map(|module| (*module).to_owned()).chain(packages).collect();
    names.sort();
    names.dedup();
    names
}
