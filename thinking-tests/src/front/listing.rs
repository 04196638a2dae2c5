//! What a backend says there is to run, joined with what the binaries say about their cases.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use super::files::Files;
use super::lines;
use crate::manifest::ManifestEntry;
use crate::report::SuiteKind;

/// A binary's path and a case's full name, which begins with the crate's.
pub(super) type Key = (String, String);

/// What was built for a run.
#[derive(Debug)]
pub(super) struct Listing {
    /// The test binaries.
    pub(super) suites: Vec<ListedSuite>,
    /// Other executables, which tests may start.
    pub(super) programs: Vec<PathBuf>,
}

impl Listing {
    /// Lists all executables.
    pub(super) fn binaries(&self) -> BTreeSet<PathBuf> {
        let tests = self.suites.iter().map(|suite| suite.exe.clone());
        tests.chain(self.programs.iter().cloned()).collect()
    }
}

/// A test binary and its cases.
#[derive(Debug)]
pub(super) struct ListedSuite {
    /// The name that cargo-nextest gives it, under both backends.
    pub(super) name: String,
    pub(super) package: String,
    /// The name of the target that it was built from.
    pub(super) target: String,
    pub(super) kind: SuiteKind,
    pub(super) exe: PathBuf,
    /// In order of their names.
    pub(super) cases: Vec<ListedCase>,
}

/// A case as its binary lists it.
#[derive(Debug)]
pub(super) struct ListedCase {
    pub(super) name: String,
    pub(super) ignored: bool,
    /// What it says about itself; nothing if it is an ordinary `#[test]`.
    pub(super) known: Option<ManifestEntry>,
    /// Whether it is asked for.
    pub(super) selected: bool,
}

impl ListedCase {
    pub(super) fn new(name: impl Into<String>, ignored: bool) -> Self {
        Self { name: name.into(), ignored, known: None, selected: false }
    }

    pub(super) fn tags(&self) -> &[String] {
        self.known.as_ref().map_or(&[], |known| &known.tags)
    }

    /// The fixtures that it shares with others.
    pub(super) fn fixtures(&self) -> &[String] {
        self.known.as_ref().map_or(&[], |known| &known.fixtures)
    }
}

impl ListedSuite {
    /// Returns the key of one of its cases in manifests and records.
    pub(super) fn key(&self, case: &str) -> Key {
        let crate_name = self.target.replace('-', "_");
        (self.exe.to_string_lossy().into_owned(), format!("{crate_name}::{case}"))
    }

    pub(super) fn selected(&self) -> impl Iterator<Item = &ListedCase> {
        self.cases.iter().filter(|case| case.selected)
    }
}

/// Adds what the binaries have written about their cases while they were listed.
pub(super) fn complete(suites: &mut [ListedSuite], files: &Files) {
    let entries = lines::read::<ManifestEntry>(&files.manifests);
    let mut known: HashMap<Key, ManifestEntry> =
        entries.into_iter().map(|entry| ((entry.exe.clone(), entry.name.clone()), entry)).collect();
    for suite in suites {
        // The binary itself reports its path with links resolved.
        if let Ok(exe) = suite.exe.canonicalize() {
            suite.exe = exe;
        }
        suite.cases.sort_by(|a, b| a.name.cmp(&b.name));
        for index in 0..suite.cases.len() {
            let key = suite.key(&suite.cases[index].name);
            suite.cases[index].known = known.remove(&key);
        }
    }
}

/// Lists the modules at the root of a crate that hold cases.
pub(super) fn modules(suites: &[ListedSuite]) -> BTreeSet<&str> {
    let cases = suites.iter().flat_map(|suite| &suite.cases);
    cases.filter_map(|case| Some(case.name.split_once("::")?.0)).collect()
}

/// Lists the paths of all modules and cases.
pub(super) fn paths(suites: &[ListedSuite]) -> BTreeSet<&str> {
    let names = suites.iter().flat_map(|suite| &suite.cases).map(|case| case.name.as_str());
    names
        .flat_map(|name| name.match_indices("::").map(|(end, _)| &name[..end]).chain([name]))
        .collect()
}

/// Lists the tags that some case has.
pub(super) fn tags(suites: &[ListedSuite]) -> BTreeSet<&str> {
    let cases = suites.iter().flat_map(|suite| &suite.cases);
    cases.flat_map(|case| case.tags()).map(String::as_str).collect()
}

/// Returns the name of the suite of a test binary: the same as cargo-nextest's, so that reports are
/// alike.
pub(super) fn suite_name(package: &str, kind: Option<&str>, target: &str) -> String {
    match kind {
        None => package.to_owned(),
        Some("test") => format!("{package}::{target}"),
        Some(kind) => format!("{package}::{kind}/{target}"),
    }
}

#[cfg(test)]
pub(super) fn suite(name: &str, target: &str, cases: &[&str]) -> ListedSuite {
    ListedSuite {
        name: name.to_owned(),
        package: name.split("::").next().unwrap_or(name).to_owned(),
        target: target.to_owned(),
        kind: SuiteKind::Unit,
        exe: PathBuf::from("/none").join(target),
        cases: cases.iter().map(|case| ListedCase::new(*case, false)).collect(),
    }
}
