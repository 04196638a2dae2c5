//! What is on disk after a run, and what is left of the run before.

use std::time::SystemTime;

use super::*;
use crate::report::{CaseReport, Outcome, SuiteKind, SuiteReport};

fn run(suites: &[&str]) -> RunReport {
    let mut run = RunReport::new("demo", "libtest", SystemTime::UNIX_EPOCH);
    for name in suites {
        let mut suite = SuiteReport::new(*name, *name, SuiteKind::Unit);
        suite.cases.push(CaseReport::new("a::b", Outcome::Passed));
        run.suites.push(suite);
    }
    run
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn one_file_stands_where_it_should() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep/er/junit.xml");
    for dialect in [Dialect::Extended, Dialect::Strict] {
        assert_eq!(write_junit(&path, dialect, &run(&["a", "b"])).unwrap(), path);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches("<testsuite ").count(), 2, "{text}");
    }
}

#[test]
fn suites_that_are_gone_leave_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("junit.xml");
    let suites = dir.path().join("junit");
    let written = write_junit(&path, Dialect::Surefire, &run(&["a", "b::it", "b (doc)"])).unwrap();
    assert_eq!(written, suites);
    assert_eq!(names(&suites), ["TEST-a.xml", "TEST-b.doc.xml", "TEST-b.it.xml"]);

    let other = "<?xml version=\"1.0\"?><testsuite name=\"of another program\"/>";
    fs::write(suites.join("TEST-other.xml"), other).unwrap();
    fs::write(suites.join("notes.txt"), format!("<!--{MARK}-->")).unwrap();
    write_junit(&suites, Dialect::Surefire, &run(&["b::it"])).unwrap();
    assert_eq!(names(&suites), ["TEST-b.it.xml", "TEST-other.xml", "notes.txt"]);
}

#[test]
fn a_file_in_the_place_of_the_directory_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("junit");
    fs::write(&path, "").unwrap();
    let error = write_junit(&path, Dialect::Surefire, &run(&["a"])).unwrap_err();
    assert_eq!(error.to_string(), format!("`{}` cannot be read or written", path.display()));
}
