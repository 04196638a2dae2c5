//! The model and the summary on the terminal.

use std::collections::BTreeSet;

use super::Fixture;
use super::expected::Expected;

/// How many failures are shown with their messages.
const FULL_FAILURES: usize = 30;

pub(super) fn check(stdout: &str, cases: &[Expected], backend: &str, fixture: &Fixture) {
    // It follows the backend's output, and begins with what was skipped.
    let start = stdout.rfind("\n\nSKIP ").unwrap_or_else(|| panic!("{stdout}"));
    let summary = &stdout[start..];
    let lines = |words: &[&str]| -> BTreeSet<&str> {
        let is_one = |line: &&str| words.iter().any(|word| line.starts_with(word));
        summary.lines().filter(is_one).collect()
    };

    let skipped = cases.iter().filter(|case| case.outcome == "skipped").map(|case| {
        let gap = if case.message(backend).is_empty() { "" } else { ": " };
        format!("SKIP {}{gap}{}", case.id(), case.message(backend))
    });
    assert_eq!(owned(lines(&["SKIP "])), skipped.collect(), "{backend}");

    let flaky = cases.iter().filter(|case| case.outcome == "passed" && case.attempts > 1);
    let flaky =
        flaky.map(|case| format!("FLAKY {}: passed on attempt {}", case.id(), case.attempts));
    assert_eq!(owned(lines(&["FLAKY "])), flaky.collect(), "{backend}");
    assert!(summary.contains("attempt 2\n    not at the first attempt\n"), "{backend}: {summary}");

    let failures: Vec<_> = cases.iter().filter(|case| case.is_failure()).collect();
    let headings: BTreeSet<String> = failures.iter().map(|case| heading(case)).collect();
    assert_eq!(owned(lines(&["FAIL ", "ERROR ", "ABORT ", "TIMEOUT "])), headings, "{backend}");
    let mut in_full = 0;
    for case in failures {
        let (_, rest) = summary.split_once(&format!("\n{}\n", heading(case))).unwrap();
        // A blank line ends what is told of it; what has no such lines is told by name.
        if !rest.starts_with("    ") {
            continue;
        }
        in_full += 1;
        let block = rest.split("\n\n").next().unwrap();
        let mut about = case.fails_at.map_or(String::new(), |place| fixture.place(place));
        if let Some(stage) = case.failed_outside_body() {
            about += &format!(" in {stage}");
        }
        if case.attempts > 1 {
            about += &format!(" after {} attempts", case.attempts);
        }
        for text in [&*about, case.message(backend)] {
            assert!(block.contains(text), "{backend}: `{text}` of {} in {block}", case.id());
        }
    }
    assert_eq!(in_full, FULL_FAILURES, "{backend}");
    assert!(summary.contains("\nagain:  cargo xtask test --failed\n"), "{backend}: {summary}");
}

fn heading(case: &Expected) -> String {
    let word = match case.outcome {
        "failed" => "FAIL",
        "error" => "ERROR",
        "aborted" => "ABORT",
        _ => "TIMEOUT",
    };
    format!("{word} {}", case.id())
}

fn owned(lines: BTreeSet<&str>) -> BTreeSet<String> {
    lines.into_iter().map(str::to_owned).collect()
}
