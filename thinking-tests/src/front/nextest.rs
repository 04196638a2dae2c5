//! cargo-nextest as the backend: configured by a generated file, read back from its own reports.

mod config;
mod list;
mod results;

use std::fs;
use std::process::{Command, Stdio};

use super::command::{capture, cargo_in, not_started};
use super::coverage::Instrumentation;
use super::error::FrontError;
use super::files::{Files, file_error, write};
use super::knowledge::Knowledge;
use super::options::Options;
use super::subtree::Subtree;
use super::workspace::Workspace;
use super::{Found, exit, terminal};
use crate::manifest::MANIFEST_DIR_VARIABLE;
use crate::sidecar::RECORDS_DIR_VARIABLE;

/// The exit code of cargo-nextest after a failed case.
const CASES_FAILED: i32 = 100;

/// Returns the version of cargo-nextest, or `None` if it is not installed.
pub(super) fn version(workspace: &Workspace) -> Option<String> {
    let output =
        cargo_in(workspace).args(["nextest", "--version"]).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let first = output.status.success().then(|| text.lines().next())??;
    let version = first.split_whitespace().nth(1)?;
    Some(version.to_owned())
}

/// Lists the cases, runs the selected ones, and reads what became of them.
pub(super) fn run(
    options: &Options,
    workspace: &Workspace,
    files: &Files,
    coverage: Option<&Instrumentation>,
    version: String,
) -> Result<Found, FrontError> {
    let filter = options.subtree.as_ref().map(|subtree| {
        let packages = workspace.packages.iter();
        let binaries = packages.clone().flat_map(|package| &package.test_binaries);
        let packages = packages.filter(|package| options.includes(&package.name));
        subtree.filterset(
            packages.map(|package| package.name.as_str()),
            binaries.map(String::as_str).collect::<std::collections::BTreeSet<_>>(),
        )
    });
    let config = config::text(&files.nextest_junit, filter.as_deref());
    write(&files.nextest_config, config.as_bytes())?;

    let listing = list(options, workspace, files, coverage)?;
    let mut found = Found {
        backend: format!("cargo-nextest {version}"),
        modules: listing.modules(),
        binaries: listing.binaries(),
        suites: Vec::new(),
    };
    if listing.selected_count() > 0 {
        execute(options, workspace, files, coverage)?;
    }
    // Without a case to run, cargo-nextest writes no report.
    let report = match fs::read_to_string(&files.nextest_junit) {
        Ok(text) => results::parse(&text)?,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(source) => return Err(file_error(&files.nextest_junit, source)),
    };
    // With further arguments the user chose among the cases, and an ignored one that is not in
    // the report may just not have been chosen.
    let subtree = options.subtree.as_ref();
    let with_ignored = options.backend_arguments.is_empty();
    found.suites = listing.join(report, &Knowledge::read(files), |package, binary, case| {
        with_ignored && subtree.is_none_or(|tree| Subtree::selects(tree, package, binary, case))
    });
    Ok(found)
}

fn list(
    options: &Options,
    workspace: &Workspace,
    files: &Files,
    coverage: Option<&Instrumentation>,
) -> Result<list::Listing, FrontError> {
    const PROGRAM: &str = "cargo nextest list";
    let mut command = nextest("list", options, workspace, files, coverage);
    command.args(["--message-format", "json"]);
    let output = capture(&mut command)?;
    match output.status.code() {
        Some(0) => list::Listing::parse(&output.stdout),
        Some(code) if code == i32::from(exit::BUILD_FAILED) => Err(FrontError::Build),
        _ => Err(FrontError::Backend { program: PROGRAM.to_owned(), status: output.status }),
    }
}

fn execute(
    options: &Options,
    workspace: &Workspace,
    files: &Files,
    coverage: Option<&Instrumentation>,
) -> Result<(), FrontError> {
    const PROGRAM: &str = "cargo nextest run";
    let mut command = nextest("run", options, workspace, files, coverage);
    if let Some(coverage) = coverage {
        command.args(coverage.nextest_flags());
    }
    // Everything was built for the list, and cargo has said so. Further arguments may select
    // nothing, which is judged after the doctests.
    command.args(["--cargo-quiet", "--no-tests", "pass"]);
    command.args(&options.backend_arguments);
    terminal::flush();
    let status = command.status().map_err(|source| not_started(&command, source))?;
    match status.code() {
        Some(0 | CASES_FAILED) => Ok(()),
        Some(code) if code == i32::from(exit::BUILD_FAILED) => Err(FrontError::Build),
        _ => Err(FrontError::Backend { program: PROGRAM.to_owned(), status }),
    }
}

fn nextest(
    subcommand: &str,
    options: &Options,
    workspace: &Workspace,
    files: &Files,
    coverage: Option<&Instrumentation>,
) -> Command {
    let mut tool_config = std::ffi::OsString::from("thinking:");
    tool_config.push(&files.nextest_config);
    let mut command = cargo_in(workspace);
    command
        .args(["nextest", subcommand])
        .args(options.selection_flags())
        .arg("--tool-config-file")
        .arg(tool_config)
        .args(["--profile", config::PROFILE])
        .env(MANIFEST_DIR_VARIABLE, &files.manifests)
        .env(RECORDS_DIR_VARIABLE, &files.records);
    if let Some(coverage) = coverage {
        command.args(coverage.build_flags());
        coverage.observe(&mut command, None);
    }
    command
}
