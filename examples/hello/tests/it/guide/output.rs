//! What a command says, beside what is written of it.

use std::path::Path;

/// Stands for any text in a line and, alone, for any lines.
const ANYTHING: &str = "…";

/// Replaces what is another each time: the directory, and times.
pub(super) fn masked(text: &str, root: &Path) -> String {
    let text = text.replace(&root.display().to_string(), "/srv/hello");
    text.lines().map(|line| format!("{}\n", with_the_same_time(line.trim_end()))).collect()
}

/// Writes each time of a log as a certain one, in its own form.
fn with_the_same_time(line: &str) -> String {
    const FORMS: [&str; 2] = ["2026-11-21T11:05:01.123+00:00", "2026-11-21 11:05:01"];
    let has_form = |text: &str, form: &str| {
        text.len() == form.len()
            && text.bytes().zip(form.bytes()).all(|(found, form)| {
                if form.is_ascii_digit() { found.is_ascii_digit() } else { found == form }
            })
    };
    let mut masked = String::new();
    let mut rest = line;
    'next: while let Some(first) = rest.chars().next() {
        for form in FORMS {
            if rest.get(..form.len()).is_some_and(|text| has_form(text, form)) {
                masked.push_str(form);
                rest = &rest[form.len()..];
                continue 'next;
            }
        }
        masked.push(first);
        rest = &rest[first.len_utf8()..];
    }
    masked
}

/// Tells whether `found` is what `expected` says.
pub(super) fn is_as_written(expected: &str, found: &str) -> bool {
    let expected: Vec<&str> = expected.lines().collect();
    let found: Vec<&str> = found.lines().collect();
    lines_match(&expected, &found)
}

fn lines_match(expected: &[&str], found: &[&str]) -> bool {
    match (expected, found) {
        ([], []) => true,
        ([first, rest @ ..], _) if first.trim() == ANYTHING => {
            (0..=found.len()).any(|skipped| lines_match(rest, &found[skipped..]))
        }
        ([first, rest @ ..], [line, others @ ..]) => {
            line_matches(first, line) && lines_match(rest, others)
        }
        _ => false,
    }
}

fn line_matches(expected: &str, found: &str) -> bool {
    let mut parts = expected.split(ANYTHING);
    let Some(mut rest) = found.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        // The last part has to be at the end, wherever else it is.
        last = Some(part);
        rest = &rest[at + part.len()..];
    }
    match last {
        None => rest.is_empty(),
        Some(part) => rest.is_empty() || part.is_empty() || found.ends_with(part),
    }
}

#[test]
fn dots_stand_for_anything() {
    for (expected, found, matches) in [
        ("a\nb\n", "a\nb\n", true),
        ("a\n", "a\nb\n", false),
        ("a …\n", "a b c\n", true),
        ("a … c\n", "a b c\n", true),
        ("a … c\n", "a c c d\n", false),
        ("… c\n", "a c b c\n", true),
        ("a\n…\nd\n", "a\nb\nc\nd\n", true),
        ("a\n…\n", "a\n", true),
        ("a\n…\nd\n", "a\nb\n", false),
        ("", "", true),
        ("", "a\n", false),
    ] {
        assert_eq!(is_as_written(expected, found), matches, "{expected:?} {found:?}");
    }
}
