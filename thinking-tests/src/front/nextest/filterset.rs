//! Cases as an expression of cargo-nextest's filter language.

use super::super::listing::{ListedCase, ListedSuite};

/// Returns the expression that selects the chosen cases and no others, or `None` without any.
///
/// A binary or a module of which all cases are chosen is named as a whole, so that the expression
/// stays short: cargo-nextest compares each of its parts with each case.
pub(super) fn expression(
    suites: &[ListedSuite],
    chosen: impl Fn(&ListedCase) -> bool,
) -> Option<String> {
    let mut alternatives = Vec::new();
    for suite in suites {
        let cases: Vec<(&str, bool)> =
            suite.cases.iter().map(|case| (case.name.as_str(), chosen(case))).collect();
        let binary = format!("binary_id(={})", escaped(&suite.name));
        if cases.iter().all(|(_, chosen)| !chosen) {
            continue;
        }
        if cases.iter().all(|(_, chosen)| *chosen) {
            alternatives.push(binary);
            continue;
        }
        let mut names = Vec::new();
        below("", &cases, &mut names);
        alternatives.push(format!("({binary} & {})", any_of(&names)));
    }
    (!alternatives.is_empty()).then(|| any_of(&alternatives))
}

/// Adds expressions for the chosen ones of `cases`, whose names all begin with `prefix`.
fn below(prefix: &str, cases: &[(&str, bool)], found: &mut Vec<String>) {
    // The names are sorted, so those of a module stand together.
    let module = |name: &str| {
        name[prefix.len()..].find("::").map(|end| name[..prefix.len() + end + 2].to_owned())
    };
    for group in cases.chunk_by(|(a, _), (b, _)| module(a).is_some() && module(a) == module(b)) {
        let chosen = group.iter().filter(|(_, chosen)| *chosen).count();
        match module(group[0].0) {
            Some(path) if chosen == group.len() && chosen > 1 && is_plain(&path) => {
                found.push(format!("test(#{path}*)"));
            }
            Some(path) if chosen > 0 => below(&path, group, found),
            None if chosen > 0 => found.push(format!("test(={})", escaped(group[0].0))),
            _ => {}
        }
    }
}

/// Joins alternatives as a tree: a chain of thousands would exhaust the stack of whoever walks it.
fn any_of(alternatives: &[String]) -> String {
    match alternatives {
        [one] => one.clone(),
        several => {
            let (first, second) = several.split_at(several.len() / 2);
            format!("({} | {})", any_of(first), any_of(second))
        }
    }
}

/// Tells whether a glob means just this text.
fn is_plain(path: &str) -> bool {
    path.chars().all(|character| character.is_alphanumeric() || "_:".contains(character))
}

/// Writes what the filter language takes for its own with a backslash.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for character in name.chars() {
        match character {
            '\\' | ')' | ',' => text.extend(['\\', character]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests;
