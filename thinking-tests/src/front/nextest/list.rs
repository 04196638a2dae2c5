//! What `cargo nextest list` says: every binary with its cases, also those not selected.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;

use serde::Deserialize;

use super::super::error::FrontError;
use super::super::knowledge::{Binary, Knowledge};
use super::results;
use crate::report::{CaseReport, Outcome, SuiteKind, SuiteReport};

/// The part of the list that matters here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Listing {
    rust_build_meta: BuildMeta,
    rust_suites: BTreeMap<String, ListedSuite>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct BuildMeta {
    target_directory: PathBuf,
    #[serde(default)]
    non_test_binaries: BTreeMap<String, Vec<NonTestBinary>>,
}

#[derive(Debug, Deserialize)]
struct NonTestBinary {
    /// Relative to the target directory.
    path: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ListedSuite {
    package_name: String,
    binary_name: String,
    kind: String,
    binary_path: PathBuf,
    testcases: BTreeMap<String, ListedCase>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ListedCase {
    ignored: bool,
    filter_match: FilterMatch,
}

#[derive(Debug, Deserialize)]
struct FilterMatch {
    status: String,
}

impl Listing {
    /// Reads the list from its JSON.
    pub(super) fn parse(json: &[u8]) -> Result<Self, FrontError> {
        serde_json::from_slice(json)
            .map_err(|source| FrontError::answer("cargo nextest list", source))
    }

    /// Counts the cases that will run.
    pub(super) fn selected_count(&self) -> usize {
        let cases = self.rust_suites.values().flat_map(|suite| suite.testcases.values());
        cases.filter(|case| case.filter_match.status == "matches").count()
    }

    /// Lists the executables that were built.
    pub(super) fn binaries(&self) -> BTreeSet<PathBuf> {
        let BuildMeta { target_directory, non_test_binaries } = &self.rust_build_meta;
        let others = non_test_binaries.values().flatten();
        let others = others.map(|binary| target_directory.join(&binary.path));
        let tests = self.rust_suites.values().map(|suite| suite.binary_path.clone());
        tests.chain(others).collect()
    }

    /// Lists the modules at the root of a crate that hold cases.
    pub(super) fn modules(&self) -> Vec<String> {
        let names = self.rust_suites.values().flat_map(|suite| suite.testcases.keys());
        let modules = names.filter_map(|name| Some(name.split_once("::")?.0.to_owned()));
        modules.collect()
    }

    /// Completes the reported suites with what is known about them, and adds ignored cases that
    /// `shows` accepts, given package, binary and case.
    pub(super) fn join(
        &self,
        reported: Vec<results::Suite>,
        knowledge: &Knowledge,
        shows: impl Fn(&str, &str, &str) -> bool,
    ) -> Vec<SuiteReport> {
        let mut reported: BTreeMap<_, _> =
            reported.into_iter().map(|suite| (suite.binary_id, suite.cases)).collect();
        let mut suites = Vec::new();
        for (id, listed) in &self.rust_suites {
            let kind = match listed.kind.as_str() {
                "test" | "bench" => SuiteKind::Integration,
                _ => SuiteKind::Unit,
            };
            let mut suite = SuiteReport::new(id, &listed.package_name, kind);
            suite.cases = reported.remove(id).unwrap_or_default();
            let done: HashSet<_> = suite.cases.iter().map(|case| case.name.clone()).collect();
            let ignored = listed.testcases.iter().filter(|(name, case)| {
                case.ignored
                    && !done.contains(*name)
                    && shows(&listed.package_name, &listed.binary_name, name)
            });
            suite.cases.extend(ignored.map(|(name, _)| CaseReport::new(name, Outcome::Skipped)));
            let binary = Binary::new(&listed.binary_path, &listed.binary_name);
            for case in &mut suite.cases {
                knowledge.complete(&binary, case);
            }
            suite.cases.sort_by(|a, b| a.name.cmp(&b.name));
            suites.push(suite);
        }
        suites
    }
}
