//! What the file holds after a run, and what is said about a broken one.

use super::*;

fn suite(name: &str, kind: SuiteKind, cases: &[(&str, Outcome)]) -> SuiteReport {
    let mut suite = SuiteReport::new(name, "p", kind);
    suite.cases = cases.iter().map(|(name, outcome)| CaseReport::new(*name, *outcome)).collect();
    suite
}

fn names(ids: impl IntoIterator<Item = CaseId>) -> Vec<String> {
    ids.into_iter().map(|id| format!("{} {}", id.suite, id.case)).collect()
}

#[test]
fn a_case_stays_until_it_passes_or_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("failed.json");
    assert!(read(&path).unwrap().is_empty());
    let first = [
        suite(
            "p",
            SuiteKind::Unit,
            &[
                ("a", Outcome::Failed),
                ("b", Outcome::Aborted),
                ("c", Outcome::TimedOut),
                ("d", Outcome::Error),
                ("e", Outcome::Passed),
            ],
        ),
        suite("p (doc)", SuiteKind::Doctest, &[("m::f (line 3)", Outcome::Failed)]),
    ];
    write_after(&path, &first, |_| true).unwrap();
    assert_eq!(names(read(&path).unwrap()), ["p a", "p b", "p c", "p d", "p (doc) m::f"]);

    let second = [suite(
        "p",
        SuiteKind::Unit,
        &[("a", Outcome::Passed), ("b", Outcome::Skipped), ("e", Outcome::Failed)],
    )];
    write_after(&path, &second, |id| id.case != "c").unwrap();
    assert_eq!(names(read(&path).unwrap()), ["p b", "p d", "p e", "p (doc) m::f"]);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn the_bytes_stay_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("failed.json");
    write_after(&path, &[suite("p::it", SuiteKind::Unit, &[("m::a", Outcome::Failed)])], |_| true)
        .unwrap();
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "{\n  \"version\": 1,\n  \"failed\": [\n    {\n      \"suite\": \"p::it\",\n      \
         \"case\": \"m::a\"\n    }\n  ]\n}\n"
    );
}

#[test]
fn a_broken_file_is_told_and_then_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("failed.json");
    for (text, reason) in [
        (&b"{\"version\": 1, \"fai"[..], "EOF while parsing"),
        (b"{\"version\": 2, \"failed\": {}}", "its version is 2, this runner reads 1"),
        (b"{}", "it has no version"),
        (b"{\"version\": 1}", "missing field `failed`"),
        (b"\xff\xfe", "EOF while parsing"),
    ] {
        fs::write(&path, text).unwrap();
        let error = read(&path).unwrap_err();
        let FrontError::FailedFile { reason: told, .. } = &error else {
            panic!("{error}");
        };
        assert!(told.contains(reason), "{told}");
        write_after(&path, &[], |_| true).unwrap();
        assert!(read(&path).unwrap().is_empty());
    }
}
