//! What `cargo nextest list` says: every binary with its cases.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::super::error::FrontError;
use super::super::listing::{ListedCase, ListedSuite, Listing};
use crate::report::SuiteKind;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Answer {
    rust_build_meta: BuildMeta,
    rust_suites: BTreeMap<String, Suite>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct BuildMeta {
    target_directory: PathBuf,
    #[serde(default)]
    non_test_binaries: BTreeMap<String, Vec<Program>>,
}

#[derive(Debug, Deserialize)]
struct Program {
    /// Below the target directory.
    path: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Suite {
    package_name: String,
    binary_name: String,
    kind: String,
    binary_path: PathBuf,
    testcases: BTreeMap<String, Case>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Case {
    ignored: bool,
    filter_match: FilterMatch,
}

#[derive(Debug, Deserialize)]
struct FilterMatch {
    #[serde(default)]
    reason: Option<String>,
}

/// Reads the list from its JSON. Cases that the user's own configuration of cargo-nextest leaves
/// out, with a `default-filter`, are not in it.
pub(super) fn parse(json: &[u8]) -> Result<Listing, FrontError> {
    let answer: Answer = serde_json::from_slice(json)
        .map_err(|source| FrontError::answer("cargo nextest list", source))?;
    let BuildMeta { target_directory, non_test_binaries } = answer.rust_build_meta;
    let programs = non_test_binaries.into_values().flatten();
    let suites = answer.rust_suites.into_iter().map(|(name, suite)| ListedSuite {
        name,
        package: suite.package_name,
        target: suite.binary_name,
        kind: match suite.kind.as_str() {
            "test" | "bench" => SuiteKind::Integration,
            _ => SuiteKind::Unit,
        },
        exe: suite.binary_path,
        cases: suite
            .testcases
            .into_iter()
            .filter(|(_, case)| case.filter_match.reason.as_deref() != Some("default-filter"))
            .map(|(name, case)| ListedCase::new(name, case.ignored))
            .collect(),
    });
    Ok(Listing {
        suites: suites.collect(),
        programs: programs.map(|program| target_directory.join(program.path)).collect(),
    })
}
