//! Rules about the manifests of members: versions stand in the root, and nothing points upward.

use toml::{Table, Value};

use super::finding::Finding;

/// Each crate with those below it, which it may depend on, for tests too.
const LAYERS: [(&str, &[&str]); 8] = [
    ("thinking-macros", &[]),
    ("thinking-modules", &["thinking-macros"]),
    ("thinking-runtime", &["thinking-macros", "thinking-modules"]),
    ("thinking-injection", &["thinking-macros", "thinking-modules", "thinking-runtime"]),
    (
        "thinking-dbs",
        &["thinking-macros", "thinking-modules", "thinking-runtime", "thinking-injection"],
    ),
    (
        "thinking-executor",
        &[
            "thinking-macros",
            "thinking-modules",
            "thinking-runtime",
            "thinking-injection",
            "thinking-dbs",
        ],
    ),
    (
        "thinking-tests",
        &["thinking-macros", "thinking-modules", "thinking-runtime", "thinking-injection"],
    ),
    (
        "thinking",
        &[
            "thinking-macros",
            "thinking-modules",
            "thinking-runtime",
            "thinking-injection",
            "thinking-dbs",
            "thinking-executor",
            "thinking-tests",
        ],
    ),
];

const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Checks the manifest of a member.
pub(super) fn check(file: &str, text: &str) -> Vec<Finding> {
    let manifest: Table = match text.parse() {
        Ok(manifest) => manifest,
        Err(error) => {
            let advice = format!("the manifest does not parse: {}", error.message());
            return vec![Finding::new(file, 1, advice)];
        }
    };
    let package = manifest
        .get("package")
        .and_then(|package| package.get("name"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let below = LAYERS.iter().find(|(name, _)| *name == package).map(|(_, below)| *below);
    let mut findings = Vec::new();
    if below.is_none() && package.starts_with("thinking") {
        let advice =
            format!("say in xtask/src/tidy/manifests.rs which crates `{package}` is above");
        findings.push(Finding::new(file, 1, advice));
    }
    for (name, value) in dependencies(&manifest) {
        let line = line_of(text, name);
        let inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
        if !inherited {
            let advice =
                format!("write `{name}.workspace = true`, and the version into the root manifest");
            findings.push(Finding::new(file, line, advice));
        }
        let is_ours = LAYERS.iter().any(|(layer, _)| layer == name);
        if let Some(below) = below
            && is_ours
            // A crate's own tests turn its features on by naming it.
            && name != package
            && !below.contains(&name.as_str())
        {
            let allowed = if below.is_empty() { "none".to_owned() } else { below.join(", ") };
            let advice = format!("`{package}` is not above `{name}`; it may use: {allowed}");
            findings.push(Finding::new(file, line, advice));
        }
    }
    findings
}

/// Lists all dependencies of a manifest, also those for some targets only.
fn dependencies(manifest: &Table) -> Vec<(&String, &Value)> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    std::iter::once(manifest)
        .chain(targets)
        .flat_map(|table| DEPENDENCIES.iter().filter_map(|kind| table.get(*kind)))
        .filter_map(Value::as_table)
        .flatten()
        .collect()
}

/// Finds the line that declares the dependency `name`.
fn line_of(text: &str, name: &str) -> usize {
    let declares = |line: &str| {
        let rest = line.trim_start().strip_prefix(name);
        rest.is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
            || line.trim_end().ends_with(&format!("dependencies.{name}]"))
    };
    text.lines().position(declares).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests;
