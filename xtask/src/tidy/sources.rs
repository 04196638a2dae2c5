//! Rules about the text of files.

use super::finding::Finding;

/// A file this long holds two concepts.
const MAX_LINES: usize = 800;

/// Macros that belong to unfinished work.
const UNFINISHED: [&str; 3] = ["todo", "unimplemented", "dbg"];

// Put together, so that this file does not break the rules that it checks.
const IGNORED: &str = concat!("#[", "ignore");
const SLEEP: &str = concat!("thread::", "sleep");
const HOMES: [&str; 4] = [
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/ro", "ot/"),
    concat!("C:\\Us", "ers\\"),
];

/// Checks a text file of any kind.
pub(super) fn text(file: &str, text: &str) -> Vec<Finding> {
    let lines = numbered(text).filter(|(_, line)| HOMES.iter().any(|home| names_home(line, home)));
    lines
        .map(|(number, _)| {
            let advice = "a path of one machine; make it relative, or take it from the environment";
            Finding::new(file, number, advice)
        })
        .collect()
}

/// Checks a Rust source file.
pub(super) fn rust(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |line, advice: String| findings.push(Finding::new(file, line, advice));
    if !text.starts_with("//!") {
        find(1, "say in a first line with `//!` what this file owns".to_owned());
    }
    if file_name(file) == "mod.rs" {
        find(1, "name the file after its module: `foo.rs` beside `foo/`".to_owned());
    }
    let count = text.lines().count();
    if count > MAX_LINES {
        find(MAX_LINES, format!("{count} lines, at most {MAX_LINES}; split it by concept"));
    }
    let mut in_tests = is_test_file(file);
    for (number, line) in numbered(text) {
        let code = line.trim_start();
        if code.starts_with("//") {
            continue;
        }
        in_tests |= code.starts_with("#[cfg(test)]");
        for name in UNFINISHED {
            if calls_macro(code, name) {
                find(number, format!("`{name}!` is for unfinished work; finish or remove it"));
            }
        }
        if code.contains(IGNORED) {
            find(number, "an ignored test tells nothing; repair or remove it".to_owned());
        }
        if in_tests && code.contains(SLEEP) {
            find(number, "a test waits for an event, not for time to pass".to_owned());
        }
        let is_export = code.starts_with("pub use ") && code.trim_end().ends_with("::*;");
        if is_export && file_name(file) == "lib.rs" {
            find(number, "export by name, so that each item has one public path".to_owned());
        }
    }
    findings
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

fn file_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

fn is_test_file(file: &str) -> bool {
    file_name(file) == "tests.rs" || file.split('/').any(|part| part == "tests")
}

fn calls_macro(code: &str, name: &str) -> bool {
    let call = format!("{name}!(");
    code.match_indices(&call).any(|(at, _)| {
        !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
    })
}

/// Tells a path of somebody's home from an address that holds such a part.
fn names_home(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || "._-".contains(before))
    })
}

#[cfg(test)]
mod tests;
