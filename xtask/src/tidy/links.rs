//! Rules about the links of documents: what a document points at is there.

use super::finding::Finding;

/// Checks the links of a Markdown file to other files of the repository. `read` takes a path from
/// the workspace's root.
///
/// A link to a Rust file whose text is a name in backticks says that a test shows something, so the
/// file has a function of that name, or is the ui test that is called so.
pub(super) fn check(file: &str, text: &str, read: &dyn Fn(&str) -> Option<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for (label, target) in links(line) {
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains(':') || !target.ends_with(".rs") {
                continue;
            }
            let path = beside(file, target);
            let mut find = |advice: String| findings.push(Finding::new(file, index + 1, advice));
            let Some(source) = read(&path) else {
                find(format!("`{path}` does not exist; point at what took its place"));
                continue;
            };
            let Some(name) = label.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) else {
                continue;
            };
            let is_ui_test = path.ends_with(&format!("/ui/{name}.rs"));
            if is_name(name) && !is_ui_test && !source.contains(&format!("fn {name}(")) {
                find(format!("`{path}` has no test `{name}`; name one that shows the same"));
            }
        }
    }
    findings
}

/// Checks a table that compares: where the second cell says yes, the last one names a test.
pub(super) fn proven(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let claims = line.starts_with('|') && cells.get(1).is_some_and(|c| c.starts_with("yes"));
        let is_shown = cells.last().is_some_and(|cell| links(cell).next().is_some());
        if claims && !is_shown {
            let advice = "say in the last column which test shows it";
            findings.push(Finding::new(file, index + 1, advice));
        }
    }
    findings
}

/// Lists the links of a line: what is shown, and where it leads.
fn links(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.match_indices("](").filter_map(|(at, between)| {
        let (_, label) = line[..at].rsplit_once('[')?;
        let (target, _) = line[at + between.len()..].split_once(')')?;
        Some((label, target))
    })
}

/// Resolves a path that is relative to a file's directory.
fn beside(file: &str, target: &str) -> String {
    let mut parts: Vec<_> = file.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn is_name(text: &str) -> bool {
    text.chars().all(|character| character.is_alphanumeric() || character == '_')
}

#[cfg(test)]
mod tests;
