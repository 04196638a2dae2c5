//! libtest as the backend: cargo builds the test binaries, and each is run as it is.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::env;
use std::ffi::OsString;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::{Message, TargetKind};

use super::Found;
use super::command::{capture, cargo_in, command, not_started};
use super::coverage::Instrumentation;
use super::doctests::read_lines;
use super::error::FrontError;
use super::files::Files;
use super::knowledge::{Binary, Knowledge};
use super::options::Options;
use super::panic_text;
use super::terminal;
use super::transcript::{Finished, Transcript, Verdict};
use super::workspace::{Package, Workspace, is_library};
use crate::manifest::MANIFEST_DIR_VARIABLE;
use crate::report::{CaseReport, Outcome, SuiteKind, SuiteReport};
use crate::sidecar::RECORDS_DIR_VARIABLE;

/// The longest list of names in one call; systems limit the command line to 128 KiB or more.
const NAMES_BYTES: usize = 64 << 10;

/// The system's variable with the directories of shared libraries.
const LIBRARY_PATH: &str = if cfg!(windows) {
    "PATH"
} else if cfg!(target_vendor = "apple") {
    "DYLD_FALLBACK_LIBRARY_PATH"
} else {
    "LD_LIBRARY_PATH"
};

/// Builds the test binaries and runs the selected cases of each.
pub(super) fn run(
    options: &Options,
    workspace: &Workspace,
    files: &Files,
    coverage: Option<&Instrumentation>,
) -> Result<Found, FrontError> {
    let runner = Runner { options, files, coverage, library_path: library_path(workspace)? };
    let Built { targets, binaries } = build(options, workspace, coverage)?;
    let backend = "libtest".to_owned();
    let mut found = Found { backend, suites: Vec::new(), modules: Vec::new(), binaries };
    for target in targets {
        let names = runner.list(&target)?;
        let modules = names.iter().filter_map(|name| name.split_once("::"));
        found.modules.extend(modules.map(|(module, _)| module.to_owned()));
        let selected: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| {
                let subtree = options.subtree.as_ref();
                subtree.is_none_or(|tree| tree.selects(&target.package.name, &target.name, name))
            })
            .collect();
        if !selected.is_empty() {
            let everything = selected.len() == names.len();
            found.suites.push(runner.run(&target, &selected, everything)?);
        }
    }
    Ok(found)
}

/// A test binary that cargo built.
struct Target<'a> {
    package: &'a Package,
    name: String,
    kind: SuiteKind,
    exe: PathBuf,
    suite: String,
}

impl Target<'_> {
    fn binary(&self) -> Binary {
        Binary::new(&self.exe, &self.name)
    }
}

/// What cargo built.
struct Built<'a> {
    targets: Vec<Target<'a>>,
    /// All executables, tests among them.
    binaries: BTreeSet<PathBuf>,
}

fn build<'a>(
    options: &Options,
    workspace: &'a Workspace,
    coverage: Option<&Instrumentation>,
) -> Result<Built<'a>, FrontError> {
    const PROGRAM: &str = "cargo test --no-run";
    let mut command = cargo_in(workspace);
    command
        .args(["test", "--no-run", "--message-format=json-render-diagnostics"])
        .args(options.selection_flags());
    if let Some(coverage) = coverage {
        command.args(coverage.build_flags());
        coverage.observe(&mut command, None);
    }
    let output = capture(&mut command)?;
    if !output.status.success() {
        return Err(FrontError::Build);
    }
    let packages: HashMap<&str, &Package> =
        workspace.packages.iter().map(|package| (package.id.as_str(), package)).collect();
    let (mut targets, mut binaries) = (Vec::new(), BTreeSet::new());
    for message in Message::parse_stream(BufReader::new(output.stdout.as_slice())) {
        let message = message.map_err(|source| FrontError::answer(PROGRAM, source))?;
        let Message::CompilerArtifact(artifact) = message else {
            continue;
        };
        let Some(exe) = artifact.executable else { continue };
        if artifact.target.kind != [TargetKind::CustomBuild] {
            binaries.insert(exe.clone().into_std_path_buf());
        }
        if !artifact.profile.test {
            continue;
        }
        let Some(package) = packages.get(artifact.package_id.repr.as_str()) else {
            continue;
        };
        let kind = artifact.target.kind.first().cloned().unwrap_or(TargetKind::Lib);
        let name = artifact.target.name;
        let package_name = &package.name;
        // The same names as cargo-nextest's, so that reports are alike.
        let suite = match &kind {
            kind if is_library(kind) => package_name.clone(),
            TargetKind::Test => format!("{package_name}::{name}"),
            other => format!("{package_name}::{other}/{name}"),
        };
        targets.push(Target {
            package,
            kind: match kind {
                TargetKind::Test | TargetKind::Bench => SuiteKind::Integration,
                _ => SuiteKind::Unit,
            },
            exe: exe.into_std_path_buf(),
            suite,
            name,
        });
    }
    targets.sort_by(|a, b| a.suite.cmp(&b.suite));
    Ok(Built { targets, binaries })
}

/// Returns the search path for shared libraries that cargo would set: tests of a procedural macro
/// are linked to the compiler's own.
fn library_path(workspace: &Workspace) -> Result<OsString, FrontError> {
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

struct Runner<'a> {
    options: &'a Options,
    files: &'a Files,
    coverage: Option<&'a Instrumentation>,
    library_path: OsString,
}

impl Runner<'_> {
    /// Lists the names of the cases of `target`.
    ///
    /// A target with a harness of its own, which does not understand `--list`, has none: such a
    /// program is not a set of cases.
    fn list(&self, target: &Target<'_>) -> Result<Vec<String>, FrontError> {
        let mut command = self.command(target);
        command.args(["--list", "--format", "terse"]);
        let output = command
            .stdin(Stdio::null())
            .output()
            .map_err(|source| not_started(&command, source))?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
    }

    /// Runs the selected cases, in as many calls as the names need.
    fn run(
        &self,
        target: &Target<'_>,
        selected: &[&str],
        everything: bool,
    ) -> Result<SuiteReport, FrontError> {
        terminal::heading(&format!("Tests of {}", target.suite));
        let mut suite = SuiteReport::new(&target.suite, &target.package.name, target.kind);
        let limit = if everything { usize::MAX } else { NAMES_BYTES };
        for names in chunks(selected, limit) {
            let finished = self.call(target, if everything { &[] } else { names })?;
            // With further arguments it is the user's choice which cases are left out.
            let cut_short = !finished.complete && self.options.backend_arguments.is_empty();
            let mut cases = cases(finished);
            if cut_short {
                let ended: HashSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
                let missing = names.iter().copied().filter(|name| !ended.contains(name));
                let missing: Vec<&str> = missing.collect();
                cases.extend(self.run_alone(target, &missing)?);
            }
            suite.cases.extend(cases);
        }
        let knowledge = Knowledge::read(self.files);
        let binary = target.binary();
        for case in &mut suite.cases {
            knowledge.complete(&binary, case);
        }
        suite.cases.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(suite)
    }

    /// Runs the binary once, for the cases `names` or, without names, for all.
    fn call(&self, target: &Target<'_>, names: &[&str]) -> Result<Finished, FrontError> {
        let mut command = self.command(target);
        if let (Some(coverage), [name]) = (self.coverage, names) {
            coverage.observe(&mut command, Some((&target.suite, name)));
        }
        command.arg("--show-output");
        if !names.is_empty() {
            command.arg("--exact").args(names);
        }
        command.args(&self.options.backend_arguments);
        let mut transcript = Transcript::default();
        let status = read_lines(&mut command, |line| {
            if let Some(progress) = transcript.line(line) {
                terminal::progress(&progress);
            }
        })?;
        let finished = transcript.finish();
        // Not a case of the binary, but its harness: it does not understand an argument.
        if !status.success() && finished.complete && finished.entries.is_empty() {
            return Err(FrontError::Backend { program: target.suite.clone(), status });
        }
        Ok(finished)
    }

    /// Runs each of `missing` in a process of its own, after one of them ended that of all.
    ///
    /// If all pass that way, the end of the common process is still not explained: then those
    /// that ran at that moment are blamed, or all of them if that is not known.
    fn run_alone(
        &self,
        target: &Target<'_>,
        missing: &[&str],
    ) -> Result<Vec<CaseReport>, FrontError> {
        let binary = target.binary();
        let before = Knowledge::read(self.files);
        terminal::heading(&format!(
            "The process of {} ended early; what is left runs in processes of its own",
            target.suite
        ));
        let mut found = Vec::new();
        for name in missing {
            let finished = self.call(target, &[*name])?;
            let output = finished.loose.clone();
            let case = cases(finished).into_iter().find(|case| case.name == *name);
            found.push(case.unwrap_or_else(|| {
                let mut case = CaseReport::new(*name, Outcome::Aborted);
                case.message = Some("the process ended while this test ran".to_owned());
                case.stdout = output;
                case
            }));
        }
        if found.iter().all(|case| case.outcome != Outcome::Aborted) {
            let is_blamed = |case: &CaseReport| before.is_unfinished(&binary, &case.name);
            let known = found.iter().any(is_blamed);
            for case in &mut found {
                if !known || is_blamed(case) {
                    case.outcome = Outcome::Aborted;
                    case.message = Some(
                        "the process that ran this test with others ended early; alone it does not"
                            .to_owned(),
                    );
                }
            }
        }
        Ok(found)
    }

    /// Returns the command that starts `target` as `cargo test` would.
    fn command(&self, target: &Target<'_>) -> Command {
        let package = target.package;
        let mut command = command(&target.exe);
        command
            .current_dir(&package.dir)
            .env("CARGO_MANIFEST_DIR", &package.dir)
            .env("CARGO_MANIFEST_PATH", package.dir.join("Cargo.toml"))
            .env("CARGO_PKG_NAME", &package.name)
            .env("CARGO_PKG_VERSION", &package.version)
            .env(LIBRARY_PATH, &self.library_path)
            .env(MANIFEST_DIR_VARIABLE, &self.files.manifests)
            .env(RECORDS_DIR_VARIABLE, &self.files.records);
        if let Some(coverage) = self.coverage {
            coverage.observe(&mut command, None);
        }
        command
    }
}

/// Turns what libtest printed into reports.
fn cases(finished: Finished) -> Vec<CaseReport> {
    let cases = finished.entries.into_iter().map(|entry| {
        let (outcome, message) = match entry.verdict {
            Verdict::Passed => (Outcome::Passed, None),
            Verdict::Ignored(reason) => (Outcome::Skipped, reason),
            Verdict::Failed => {
                let message = panic_text::message(&entry.output);
                let message = message.unwrap_or_else(|| entry.output.trim().to_owned());
                (panic_text::outcome(&message), Some(message))
            }
        };
        let mut case = CaseReport::new(entry.name, outcome);
        case.message = message;
        case.stdout = entry.output;
        case
    });
    cases.collect()
}

/// Cuts `names` into pieces of at most `limit` bytes, but at least one name.
fn chunks<'a, 'b>(names: &'a [&'b str], limit: usize) -> Vec<&'a [&'b str]> {
    let mut chunks = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (index, name) in names.iter().enumerate() {
        bytes += name.len() + 1;
        if bytes > limit && index > start {
            chunks.push(&names[start..index]);
            (start, bytes) = (index, name.len() + 1);
        }
    }
    chunks.push(&names[start..]);
    chunks
}

#[cfg(test)]
mod tests {
    //! Cutting long lists of names.

    use super::*;

    #[test]
    fn chunks_hold_all_names_in_order() {
        let names = ["aaaa", "bb", "cc", "dddddddddd", "e"];
        assert_eq!(chunks(&names, 6), [&names[0..1], &names[1..3], &names[3..4], &names[4..5]]);
        assert_eq!(chunks(&names, usize::MAX), [&names[..]]);
    }
}
