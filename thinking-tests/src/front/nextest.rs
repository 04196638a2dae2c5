//! cargo-nextest as the backend: configured by a generated file, read back from its own reports.

mod config;
mod filterset;
mod list;
mod results;
mod version;

use std::env;
use std::fs;
use std::io;
use std::process::Command;

use super::command::{capture, cargo_in, not_started};
use super::coverage::Instrumentation;
use super::error::FrontError;
use super::exit;
use super::files::{file_error, write};
use super::listing::{ListedSuite, Listing};
use super::plan::Plan;
use super::terminal;
use crate::manifest::MANIFEST_DIR_VARIABLE;
use crate::report::{CaseReport, Outcome, SuiteReport};
use crate::time_limit::{TIMEOUTS_OF_BACKEND, TIMEOUTS_VARIABLE, too_long};

pub(super) use version::Version;

/// The exit code of cargo-nextest after a failed case.
const CASES_FAILED: i32 = 100;

/// Says from which level on cargo-nextest tells what it does.
const LOG_VARIABLE: &str = "NEXTEST_LOG";

/// Returns the words for a version that is too old.
pub(super) fn oldest() -> String {
    version::OLDEST.to_string()
}

/// Builds the test binaries and lists their cases.
pub(super) fn list(plan: &Plan<'_>) -> Result<Listing, FrontError> {
    const PROGRAM: &str = "cargo nextest list";
    configure(plan, &[])?;
    let mut command = nextest("list", plan);
    command.args(["--message-format", "json"]);
    command.env(MANIFEST_DIR_VARIABLE, &plan.files.manifests);
    let output = capture(&mut command)?;
    match output.status.code() {
        Some(0) => list::parse(&output.stdout),
        Some(code) if code == i32::from(exit::BUILD_FAILED) => Err(FrontError::Build),
        _ => Err(FrontError::Backend { program: PROGRAM.to_owned(), status: output.status }),
    }
}

/// Runs the selected cases and reads what became of them.
pub(super) fn run(plan: &Plan<'_>, listed: &[ListedSuite]) -> Result<Vec<SuiteReport>, FrontError> {
    configure(plan, listed)?;
    if listed
        .iter()
        .flat_map(ListedSuite::selected)
        .any(|case| !case.ignored || plan.has_arguments())
    {
        execute(plan)?;
    }
    // Without a case to run, cargo-nextest writes no report.
    let report = match fs::read_to_string(&plan.files.nextest_junit) {
        Ok(text) => results::parse(&text)?,
        Err(source) if source.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(source) => return Err(file_error(&plan.files.nextest_junit, source)),
    };
    let suites = report.into_iter().filter_map(|found| {
        let listed = listed.iter().find(|listed| listed.name == found.binary_id)?;
        let mut suite = SuiteReport::new(&listed.name, &listed.package, listed.kind);
        suite.cases = found.cases;
        suite.cases.iter_mut().for_each(|case| add_limit(case, plan, listed));
        Some(suite)
    });
    Ok(suites.collect())
}

/// Says which time limit was over, which cargo-nextest does not; it is not known if it was set in the
/// user's configuration of cargo-nextest.
fn add_limit(case: &mut CaseReport, plan: &Plan<'_>, listed: &ListedSuite) {
    let known = listed.cases.iter().find(|known| known.name == case.name);
    let Some(limit) = known.and_then(|known| plan.timeout(known)) else { return };
    let text = || Some(too_long(limit));
    if case.outcome == Outcome::TimedOut {
        case.message = text();
    }
    for attempt in &mut case.earlier {
        if attempt.outcome == Outcome::TimedOut {
            attempt.message = text();
        }
    }
}

fn configure(plan: &Plan<'_>, listed: &[ListedSuite]) -> Result<(), FrontError> {
    let config = config::text(&plan.files.nextest_junit, &plan.settings, listed);
    write(&plan.files.nextest_config, config.as_bytes())
}

fn execute(plan: &Plan<'_>) -> Result<(), FrontError> {
    const PROGRAM: &str = "cargo nextest run";
    let mut command = nextest("run", plan);
    // Everything was built for the list, and cargo has said so. Further arguments may select
    // nothing, which is judged after the doctests.
    command.args(["--cargo-quiet", "--no-tests", "pass"]);
    command.args(plan.coverage.as_ref().map_or(Vec::new(), Instrumentation::nextest_flags));
    command.args(&plan.options.backend_arguments);
    // cargo-nextest has the limits from the generated configuration.
    command.envs(plan.environment()).env(TIMEOUTS_VARIABLE, TIMEOUTS_OF_BACKEND);
    if env::var_os(LOG_VARIABLE).is_none() {
        // It would tell about what is generated for it, which is no news for the user.
        command.env(LOG_VARIABLE, "warn");
    }
    terminal::flush();
    let status = command.status().map_err(|source| not_started(&command, source))?;
    match status.code() {
        Some(0 | CASES_FAILED) => Ok(()),
        Some(code) if code == i32::from(exit::BUILD_FAILED) => Err(FrontError::Build),
        _ => Err(FrontError::Backend { program: PROGRAM.to_owned(), status }),
    }
}

fn nextest(subcommand: &str, plan: &Plan<'_>) -> Command {
    let mut tool_config = std::ffi::OsString::from(format!("{}:", config::TOOL));
    tool_config.push(&plan.files.nextest_config);
    let mut command = cargo_in(&plan.workspace);
    command
        .args(["nextest", subcommand])
        .args(plan.options.selection_flags())
        .arg("--tool-config-file")
        .arg(tool_config)
        .args(["--profile", config::PROFILE]);
    plan.instrument(&mut command);
    command
}
