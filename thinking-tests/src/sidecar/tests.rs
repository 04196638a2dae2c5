//! The sidecar's events, without a child process; `tests/it` has the whole way.

use super::*;

static CASE: Case = Case { name: "a::adds", module: "a", file: "src/a.rs", line: 1, column: 4 };

fn events(dir: &Path) -> Vec<Event> {
    let text = fs::read_to_string(dir.join(format!("{}.jsonl", process::id()))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn start_and_end_surround_the_body() {
    let dir = tempfile::tempdir().unwrap();
    let sidecar = Sidecar::open(dir.path()).unwrap();
    assert_eq!(sidecar.record(&CASE, || events(dir.path()).len()), 1);
    let events = events(dir.path());
    assert!(matches!(&events[0], Event::Start { name, attempt: 1.., .. } if name == "a::adds"));
    assert!(matches!(
        &events[1],
        Event::End { ending: Ending::Returned, pid, .. } if *pid == process::id()
    ));
}

#[test]
fn a_panic_ends_the_case_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let sidecar = Sidecar::open(dir.path()).unwrap();
    let caught = panic::catch_unwind(AssertUnwindSafe(|| {
        sidecar.record(&CASE, || panic::resume_unwind(Box::new("boo")))
    }));
    assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"boo"));
    assert!(matches!(&events(dir.path())[1], Event::End { ending: Ending::Panicked, .. }));
}

#[test]
fn attempts_are_read_leniently() {
    for (text, expected) in [(None, 1), (Some("3"), 3), (Some(""), 1), (Some("x"), 1)] {
        assert_eq!(attempt(text), expected, "{text:?}");
    }
}

#[test]
fn an_impossible_directory_is_no_sidecar() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(Sidecar::open(&file).is_none());
}
