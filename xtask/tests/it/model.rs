//! A workspace with every kind of case, and a model of what is to come of each: checked against what
//! the terminal, the JUnit XML, the page, `failed.json`, the list and the exit code say, under both
//! backends.
//!
//! The cases are in `tests/fixture-workspace`, the model is [`table`].

mod expected;
mod junit;
mod page;
mod summary;
mod table;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use thinking_tests::front::exit;

use crate::test_command::{Ran, backends, xtask_test};
use expected::Expected;

/// The fixture workspace, copied to where it is built. What was built stays for the next time.
struct Fixture {
    root: PathBuf,
    target: PathBuf,
}

impl Fixture {
    fn new() -> Self {
        let ours = Path::new(env!("CARGO_MANIFEST_DIR"));
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("model");
        let fixture = Self { root: dir.join("fixture-workspace"), target: dir.join("target") };
        // Left there by a run that was interrupted, they would mislead this one.
        for left in ["second_time", "at-work"] {
            let _ = fs::remove_file(fixture.root.join("sample").join(left));
        }
        let project = ours.parent().unwrap();
        copy(&ours.join("tests/fixture-workspace"), &fixture.root, project);
        // The versions that are known to compile.
        replace(&fixture.root.join("Cargo.lock"), &fs::read(project.join("Cargo.lock")).unwrap());
        fixture
    }

    fn test(&self, backend: &str, arguments: &[&str]) -> Ran {
        let mut command = xtask_test();
        command
            .args(["--no-coverage", "--backend", backend])
            .args(arguments)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("RUST_BACKTRACE", "0");
        Ran::of(&mut command)
    }

    fn report(&self, name: &str) -> String {
        fs::read_to_string(self.target.join("thinking").join(name)).unwrap()
    }

    /// The cases of `failed.json`, as suite and name.
    fn failed(&self) -> BTreeSet<String> {
        let failed: Value = serde_json::from_str(&self.report("failed.json")).unwrap();
        let failed = failed["failed"].as_array().unwrap().iter();
        let ids = failed.map(|id| format!("{} {}", text(&id["suite"]), text(&id["case"])));
        ids.collect()
    }

    /// The line that holds what the model says, and the only one that does.
    fn place(&self, (file, line_with): (&str, &str)) -> String {
        let source = fs::read_to_string(self.root.join(file)).unwrap();
        let lines: Vec<_> =
            source.lines().enumerate().filter(|(_, line)| line.contains(line_with)).collect();
        let [(line, _)] = lines[..] else { panic!("`{line_with}` in {file}: {lines:?}") };
        format!("{file}:{}", line + 1)
    }
}

#[test]
fn each_case_is_told_as_the_model_says() {
    let fixture = Fixture::new();
    let cases = table::cases();
    for backend in backends() {
        let all = fixture.test(backend, &[]);
        all.ends(exit::CASES_FAILED, &format!("{}, 1 flaky", counts(&cases)));
        summary::check(&all.stdout, &cases, backend, &fixture);
        page::check(&fixture.report("report.html"), &cases, backend, &fixture);
        junit::check(&fixture.report("junit.xml"), &cases, backend);
        let failures = cases.iter().filter(|case| case.is_failure());
        let failures: BTreeSet<String> =
            failures.map(|case| format!("{} {}", case.suite, case.item())).collect();
        assert_eq!(fixture.failed(), failures, "{backend}");

        check_list(&fixture.test(backend, &["--list=json"]), &cases);
        check_failed(&fixture, &cases, backend);
        check_tags(&fixture, &cases, backend);
    }
}

/// What the list has is what runs.
fn check_list(list: &Ran, cases: &[Expected]) {
    assert_eq!(list.code, i32::from(exit::SUCCESS), "{}", list.stderr);
    let list: Value = serde_json::from_str(&list.stdout).unwrap();
    let listed = list["cases"].as_array().unwrap().iter().map(|case| {
        let (name, tags) =
            (format!("{} {}", text(&case["suite"]), text(&case["name"])), &case["tags"]);
        format!("{name} {tags} {}", case["ignored"])
    });
    let expected = cases
        .iter()
        .filter(|case| !case.is_leftover)
        .map(|case| format!("{} {} {}", case.id(), serde_json::json!(case.tags), case.is_ignored));
    assert_eq!(listed.collect::<BTreeSet<_>>(), expected.collect());
}

/// A run of those that failed has those, who shares a fixture that failed, and all doctests of an item
/// of which one failed.
fn check_failed(fixture: &Fixture, cases: &[Expected], backend: &str) {
    let failed = fixture.failed();
    let has_failed = |case: &&Expected| failed.contains(&format!("{} {}", case.suite, case.item()));
    let uses_what_failed = |case: &&Expected| case.name == "cases::fixtures::each_scope";
    let again = cases.iter().filter(|case| has_failed(case) || uses_what_failed(case));
    let again: Vec<Expected> = again.cloned().collect();
    let ran = fixture.test(backend, &["--failed"]);
    ran.ends(exit::CASES_FAILED, &counts(&again));
    assert_eq!(page::names(&fixture.report("report.html")), ids(&again), "{backend}");
    assert_eq!(fixture.failed(), failed, "{backend}");
}

/// Tags select the cases that have them.
fn check_tags(fixture: &Fixture, cases: &[Expected], backend: &str) {
    type Selects = fn(&dyn Fn(&str) -> bool) -> bool;
    let filters: [(&str, Selects, u8); 3] = [
        ("quick", |has| has("quick"), exit::SUCCESS),
        (
            "(wrong | group) & !fine",
            |has| (has("wrong") || has("group")) && !has("fine"),
            exit::CASES_FAILED,
        ),
        ("port or own", |has| has("port") || has("own"), exit::SUCCESS),
    ];
    for (filter, selects, code) in filters {
        let selected = cases.iter().filter(|case| selects(&|tag| case.tags.contains(&tag)));
        let selected: Vec<Expected> = selected.cloned().collect();
        let ran = fixture.test(backend, &["--tag", filter]);
        ran.ends(code, &counts(&selected));
        assert_eq!(
            page::names(&fixture.report("report.html")),
            ids(&selected),
            "{backend} {filter}"
        );
    }
    let nothing = fixture.test(backend, &["--tag", "quick & wrong"]);
    assert_eq!(nothing.code, i32::from(exit::NOTHING_MATCHED), "{}", nothing.stdout);
}

/// The last line of a run of these cases.
fn counts(cases: &[Expected]) -> String {
    let of = |wanted: fn(&Expected) -> bool| cases.iter().filter(|case| wanted(case)).count();
    let passed = of(|case| case.outcome == "passed");
    let skipped = of(|case| case.outcome == "skipped");
    format!("{passed} passed, {} failed, {skipped} skipped", of(Expected::is_failure))
}

fn ids(cases: &[Expected]) -> BTreeSet<String> {
    cases.iter().map(Expected::id).collect()
}

/// The text of a value that is one, or else nothing.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Copies a directory, and makes the paths to this project those from where it is copied to.
fn copy(from: &Path, to: &Path, project: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to, project);
            continue;
        }
        let mut bytes = fs::read(&from).unwrap();
        if from.extension() == Some(OsStr::new("toml")) {
            let project = project.to_str().unwrap().replace('\\', "/");
            bytes = String::from_utf8(bytes).unwrap().replace("../../..", &project).into_bytes();
        }
        replace(&to, &bytes);
    }
}

/// Writes a file, unless it is the same: what has not changed is not built again.
fn replace(path: &Path, bytes: &[u8]) {
    if fs::read(path).ok().as_deref() != Some(bytes) {
        fs::write(path, bytes).unwrap();
    }
}
