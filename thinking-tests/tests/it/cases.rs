//! What the cases of a binary tell about themselves: this binary, run as a child process.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use thinking_tests::{
    Ending, Event, MANIFEST_DIR_VARIABLE, ManifestEntry, RECORDS_DIR_VARIABLE, Record, cases,
};

/// Makes the child process of a test misbehave.
const MISBEHAVE_VARIABLE: &str = "THINKING_TEST_MISBEHAVE";

#[thinking_tests::test(crate = thinking_tests)]
fn returns() {}

#[thinking_tests::test(crate = thinking_tests)]
fn panics_when_asked() {
    assert_ne!(env::var(MISBEHAVE_VARIABLE).as_deref(), Ok("panic"));
}

#[thinking_tests::test(crate = thinking_tests)]
fn aborts_when_asked() {
    if env::var(MISBEHAVE_VARIABLE).as_deref() == Ok("abort") {
        std::process::abort()
    }
}

#[test]
fn cases_come_in_the_order_of_the_source() {
    let own = || cases().filter(|case| case.module == module_path!());
    let names: Vec<_> = own().map(|case| case.name).collect();
    assert_eq!(
        names,
        ["it::cases::returns", "it::cases::panics_when_asked", "it::cases::aborts_when_asked"]
    );
    assert!(own().all(|case| case.line > 0 && case.file.ends_with("cases.rs")));
}

#[test]
fn listing_writes_the_manifest() {
    let dir = tempfile::tempdir().unwrap();
    let listed = this_binary(&["--list"], MANIFEST_DIR_VARIABLE, dir.path(), "");
    assert!(listed.status.success());
    let entries: Vec<ManifestEntry> = lines(dir.path());
    let expected: Vec<_> = cases().map(|case| (case.name, case.line)).collect();
    let found: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), entry.line)).collect();
    assert_eq!(found, expected);

    let ran = tempfile::tempdir().unwrap();
    this_binary(&["--exact", "cases::returns"], MANIFEST_DIR_VARIABLE, ran.path(), "");
    assert_eq!(fs::read_dir(ran.path()).unwrap().count(), 0);
}

#[test]
fn records_say_how_each_case_ended() {
    for (case, misbehaviour, expected) in [
        ("cases::returns", "", Some(None)),
        ("cases::panics_when_asked", "panic", Some(Some("assertion `left != right` failed"))),
        ("cases::aborts_when_asked", "abort", None),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let ran = this_binary(&["--exact", case], RECORDS_DIR_VARIABLE, dir.path(), misbehaviour);
        assert_eq!(ran.status.success(), misbehaviour.is_empty(), "{case}");
        let records: Vec<Record> = lines(dir.path());
        assert!(matches!(&records[0].event, Event::Start { .. }), "{records:?}");
        assert_eq!(records[0].name, format!("it::{case}"));
        let last = &records.last().unwrap().event;
        let failure = match last {
            Event::End { ending: Ending::Passed, .. } => Some(None),
            Event::End { ending: Ending::Failed(reason), .. } => Some(reason.lines().next()),
            _ => None,
        };
        assert_eq!(failure, expected, "{case}: {records:?}");
    }
}

fn this_binary(arguments: &[&str], variable: &str, dir: &Path, misbehaviour: &str) -> Output {
    Command::new(env::current_exe().unwrap())
        .args(arguments)
        .env_remove(MANIFEST_DIR_VARIABLE)
        .env_remove(RECORDS_DIR_VARIABLE)
        .env(variable, dir)
        .env(MISBEHAVE_VARIABLE, misbehaviour)
        .output()
        .unwrap()
}

/// Reads the lines of the only file in `dir`.
fn lines<T: serde::de::DeserializeOwned>(dir: &Path) -> Vec<T> {
    let entry = fs::read_dir(dir).unwrap().next().unwrap().unwrap();
    let text = fs::read_to_string(entry.path()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
