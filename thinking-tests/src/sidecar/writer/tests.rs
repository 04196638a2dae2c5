//! The sidecar's events, without a child process; `tests/it` has the whole way.

use super::*;
use crate::case::CasePolicy;

static CASE: Case = Case {
    name: "a::adds",
    module: "a",
    file: "src/a.rs",
    line: 1,
    column: 4,
    policy: CasePolicy::NONE,
};

fn records(dir: &Path) -> Vec<Record> {
    let text = fs::read_to_string(dir.join(format!("{}.jsonl", process::id()))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn events_are_read_as_they_were_written() {
    let dir = tempfile::tempdir().unwrap();
    let sidecar = Sidecar::open(dir.path()).unwrap();
    let failed = Ending::Failed("left: 1\nright: 2".to_owned());
    sidecar.start(&CASE);
    sidecar.stage(&CASE, Stage::Run, Duration::from_millis(2), &failed);
    sidecar.write(CASE.name, Event::Detail { key: "seed".to_owned(), value: "7".to_owned() });
    sidecar.end(&CASE, Duration::from_millis(3), &failed);

    let records = records(dir.path());
    assert!(records.iter().all(|record| record.name == "a::adds" && record.attempt >= 1));
    assert!(records.iter().all(|record| record.pid == process::id()));
    assert!(matches!(&records[0].event, Event::Start { exe, .. } if !exe.is_empty()));
    let ending = failed.clone();
    assert_eq!(records[1].event, Event::Stage { stage: Stage::Run, duration_us: 2000, ending });
    assert!(matches!(&records[2].event, Event::Detail { key, .. } if key == "seed"));
    assert_eq!(records[3].event, Event::End { duration_us: 3000, ending: failed });
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
