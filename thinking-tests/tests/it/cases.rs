//! Cases registered by hand, the way the attribute's expansion does it.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use thinking_tests::{
    Case, Ending, Event, MANIFEST_DIR_VARIABLE, ManifestEntry, RECORDS_DIR_VARIABLE, cases,
};

/// Makes the child process of a test misbehave.
const MISBEHAVE_VARIABLE: &str = "THINKING_TEST_MISBEHAVE";

macro_rules! case {
    ($function:ident, $body:expr) => {
        #[test]
        fn $function() {
            #[thinking_tests::__private::linkme::distributed_slice(
                thinking_tests::__private::CASES
            )]
            #[linkme(crate = thinking_tests::__private::linkme)]
            static CASE: Case = Case {
                name: concat!(module_path!(), "::", stringify!($function)),
                module: module_path!(),
                file: file!(),
                line: line!(),
                column: column!(),
            };
            thinking_tests::__private::record(&CASE, || $body)
        }
    };
}

case!(returns, ());
case!(panics_when_asked, assert_ne!(env::var(MISBEHAVE_VARIABLE).as_deref(), Ok("panic")));
case!(
    aborts_when_asked,
    if env::var(MISBEHAVE_VARIABLE).as_deref() == Ok("abort") {
        std::process::abort()
    }
);

#[test]
fn cases_come_in_the_order_of_the_source() {
    let names: Vec<_> = cases().map(|case| case.name).collect();
    assert_eq!(
        names,
        ["it::cases::returns", "it::cases::panics_when_asked", "it::cases::aborts_when_asked"]
    );
    assert!(cases().all(|case| case.line > 0 && case.file.ends_with("cases.rs")));
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
        ("cases::returns", "", Some(Ending::Returned)),
        ("cases::panics_when_asked", "panic", Some(Ending::Panicked)),
        ("cases::aborts_when_asked", "abort", None),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let ran = this_binary(&["--exact", case], RECORDS_DIR_VARIABLE, dir.path(), misbehaviour);
        assert_eq!(ran.status.success(), misbehaviour.is_empty(), "{case}");
        let events: Vec<Event> = lines(dir.path());
        assert!(
            matches!(&events[0], Event::Start { name, .. } if *name == format!("it::{case}")),
            "{events:?}"
        );
        let ending = events.get(1).map(|event| match event {
            Event::End { ending, .. } => *ending,
            other => panic!("expected an end, found {other:?}"),
        });
        assert_eq!(ending, expected, "{case}");
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
