//! Builds the test binaries, and finds what they need to start.

use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use cargo_metadata::{Message, TargetKind};

use super::super::command::{capture, cargo_in, command};
use super::super::error::FrontError;
use super::super::listing::{ListedSuite, Listing, suite_name};
use super::super::plan::Plan;
use super::super::workspace::{Package, Workspace, is_library};
use crate::report::SuiteKind;

/// The system's variable with the directories of shared libraries.
pub(super) const LIBRARY_PATH: &str = if cfg!(windows) {
    "PATH"
} else if cfg!(target_vendor = "apple") {
    "DYLD_FALLBACK_LIBRARY_PATH"
} else {
    "LD_LIBRARY_PATH"
};

/// Builds the test binaries; their cases are not known yet.
pub(super) fn build(plan: &Plan<'_>) -> Result<Listing, FrontError> {
    const PROGRAM: &str = "cargo test --no-run";
    let mut command = cargo_in(&plan.workspace);
    command
        .args(["test", "--no-run", "--message-format=json-render-diagnostics"])
        .args(plan.options.selection_flags());
    plan.instrument(&mut command);
    let output = capture(&mut command)?;
    if !output.status.success() {
        return Err(FrontError::Build);
    }
    let packages: HashMap<&str, &Package> =
        plan.workspace.packages.iter().map(|package| (package.id.as_str(), package)).collect();
    let (mut suites, mut programs) = (Vec::new(), Vec::new());
    for message in Message::parse_stream(BufReader::new(output.stdout.as_slice())) {
        let message = message.map_err(|source| FrontError::answer(PROGRAM, source))?;
        let Message::CompilerArtifact(artifact) = message else {
            continue;
        };
        let Some(exe) = artifact.executable else { continue };
        let is_program = !artifact.target.kind.contains(&TargetKind::CustomBuild);
        if !artifact.profile.test {
            programs.extend(is_program.then(|| exe.into_std_path_buf()));
            continue;
        }
        let Some(package) = packages.get(artifact.package_id.repr.as_str()) else {
            continue;
        };
        let kind = artifact.target.kind.first().cloned().unwrap_or(TargetKind::Lib);
        let name = artifact.target.name;
        let suite_kind = if is_library(&kind) { None } else { Some(kind.to_string()) };
        suites.push(ListedSuite {
            name: suite_name(&package.name, suite_kind.as_deref(), &name),
            package: package.name.clone(),
            kind: match kind {
                TargetKind::Test | TargetKind::Bench => SuiteKind::Integration,
                _ => SuiteKind::Unit,
            },
            exe: exe.into_std_path_buf(),
            target: name,
            cases: Vec::new(),
        });
    }
    suites.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Listing { suites, programs })
}

/// Returns the search path for shared libraries that cargo would set: tests of a procedural macro
/// are linked to the compiler's own.
pub(super) fn library_path(workspace: &Workspace) -> Result<OsString, FrontError> {
    let mut command = command(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.current_dir(&workspace.root).args(["--print", "sysroot", "--print", "target-libdir"]);
    let output = capture(&mut command)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = text.lines();
    let mut paths: Vec<PathBuf> = Vec::new();
    paths.extend(lines.next().map(|sysroot| Path::new(sysroot).join("lib")));
    paths.extend(lines.next().map(PathBuf::from));
    if let Some(present) = env::var_os(LIBRARY_PATH) {
        paths.extend(env::split_paths(&present));
    }
    env::join_paths(paths).map_err(|source| FrontError::answer("rustc --print sysroot", source))
}
