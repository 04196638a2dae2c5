//! Rules about what others wrote: licences, and how often the same crate is there.

use std::collections::BTreeMap;

use super::finding::Finding;

/// Licences that allow use in a program under MIT or Apache-2.0, without further conditions on
/// the program. A dependency needs one of them among its alternatives.
const ALLOWED: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Zlib",
];

/// A crate from outside of the workspace.
#[derive(Debug, Clone)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) version: String,
    /// The SPDX expression of its manifest.
    pub(super) licence: Option<String>,
}

/// Finds dependencies without an allowed licence.
pub(super) fn licences(dependencies: &[Dependency]) -> Vec<Finding> {
    let refused = dependencies.iter().filter(|dependency| {
        let licence = dependency.licence.as_deref();
        !licence.is_some_and(is_allowed)
    });
    refused
        .map(|Dependency { name, version, licence }| {
            let licence = licence.as_deref().unwrap_or("no licence");
            let advice = format!(
                "`{name}` {version} has `{licence}`; replace it, or allow the licence in \
                 xtask/src/tidy/dependencies.rs; allowed are: {}",
                ALLOWED.join(", ")
            );
            Finding::new("Cargo.lock", 1, advice)
        })
        .collect()
}

/// Describes crates that are there in several versions.
pub(super) fn duplicates(dependencies: &[Dependency]) -> Vec<String> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for dependency in dependencies {
        versions.entry(&dependency.name).or_default().push(&dependency.version);
    }
    let several = versions.into_iter().filter(|(_, versions)| versions.len() > 1);
    several
        .map(|(name, mut versions)| {
            versions.sort_unstable();
            format!("`{name}` is compiled in {} versions: {}", versions.len(), versions.join(", "))
        })
        .collect()
}

/// Decides an SPDX expression: `OR` needs one allowed side, `AND` both.
fn is_allowed(expression: &str) -> bool {
    // `/` is how `OR` was written before SPDX.
    let expression = expression.replace('/', " OR ");
    let expression = expression.trim();
    if let Some(sides) = split(expression, " OR ") {
        return sides.iter().any(|side| is_allowed(side));
    }
    if let Some(sides) = split(expression, " AND ") {
        return sides.iter().all(|side| is_allowed(side));
    }
    let inner = expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inner.map_or_else(|| ALLOWED.contains(&expression), is_allowed)
}

/// Splits at `operator` outside of parentheses, or returns `None` if it is not there.
fn split<'a>(expression: &'a str, operator: &str) -> Option<Vec<&'a str>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in expression.match_indices(operator) {
        let before = &expression[..at];
        if before.matches('(').count() == before.matches(')').count() {
            parts.push(&expression[start..at]);
            start = at + operator.len();
        }
    }
    parts.push(&expression[start..]);
    (parts.len() > 1).then_some(parts)
}

#[cfg(test)]
mod tests;
