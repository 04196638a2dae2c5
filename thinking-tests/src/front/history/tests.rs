//! A history that several runs write, that was cut short, or that is none.

use std::collections::BTreeSet;
use std::env;
use std::process::{Command, Stdio};
use std::thread;

use super::*;
use crate::report::Counts;

/// Tells the child processes of a test which history to write, and from which number on.
const PATH_VARIABLE: &str = "THINKING_TEST_HISTORY";
const FIRST_VARIABLE: &str = "THINKING_TEST_HISTORY_FIRST";

const WRITERS: u64 = 4;
const RUNS: u64 = 25;

fn past(number: u64) -> PastRun {
    PastRun {
        started_ms: number,
        duration_us: 0,
        counts: Counts::default(),
        partial: false,
        failed: vec!["demo a::b".repeat(200)],
        flaky: Vec::new(),
        covered: None,
    }
}

fn numbers(path: &Path) -> Vec<u64> {
    read(path).unwrap().runs.iter().map(|run| run.started_ms).collect()
}

fn write_from(path: &Path, first: u64, keep: usize) {
    for number in first..first + RUNS {
        append(path, &past(number), keep).unwrap();
    }
}

#[test]
fn the_last_runs_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep/er/history.jsonl");
    assert_eq!(read(&path).unwrap(), Past::default());
    assert!(!path.parent().unwrap().exists());
    for number in 1..=5 {
        let before = append(&path, &past(number), 3).unwrap();
        assert_eq!(before.runs.len() as u64, (number - 1).min(3));
    }
    assert_eq!(numbers(&path), [3, 4, 5]);
    append(&path, &past(6), 1).unwrap();
    assert_eq!(numbers(&path), [6]);
    append(&path, &past(7), 0).unwrap();
    assert_eq!(numbers(&path), [0; 0]);
}

#[test]
fn a_broken_line_is_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("history.jsonl");
    append(&path, &past(1), 9).unwrap();
    let whole = fs::read(&path).unwrap();
    let newer = b"{\"version\":9,\"began\":\"now\"}\n".as_slice();
    // Cut short in the middle, by a crash, and at the end.
    let torn = &whole[..whole.len() / 2];
    fs::write(&path, [&whole, torn, b"\n\xff\xfe\n", newer, torn].concat()).unwrap();
    assert_eq!(read(&path).unwrap().broken, [2, 3, 5]);

    let before = append(&path, &past(2), 9).unwrap();
    assert_eq!((before.runs.len(), before.broken.as_slice()), (1, &[2, 3, 5][..]));
    let warning = before.warning(Path::new("h")).unwrap();
    assert_eq!(warning, "line 2 of `h` and 2 more hold no run and were left out");
    assert_eq!(read(&path).unwrap().warning(&path), None);
    assert_eq!(append(&path, &past(3), 9).unwrap().broken, [0; 0]);
    assert_eq!(numbers(&path), [1, 2, 3]);
    assert!(fs::read_to_string(&path).unwrap().contains("\"began\""));
}

#[test]
fn a_last_line_without_its_end_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("history.jsonl");
    fs::write(&path, past(1).to_line()).unwrap();
    append(&path, &past(2), 9).unwrap();
    assert_eq!(numbers(&path), [1, 2]);
}

#[test]
fn another_file_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notes.txt");
    fs::write(&path, "buy milk\nbuy bread\n").unwrap();
    let error = append(&path, &past(1), 1).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "`{}` is not a history of test runs; it was left as it is, name another file in \
             `history.path`",
            path.display()
        )
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "buy milk\nbuy bread\n");
}

#[test]
fn threads_lose_no_line() {
    let dir = tempfile::tempdir().unwrap();
    // With and without lines that are left out meanwhile.
    for (name, keep) in [("all", 1000), ("last", 60)] {
        let path = dir.path().join(name);
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let path = &path;
                scope.spawn(move || write_from(path, writer * RUNS, keep));
            }
        });
        let found = read(&path).unwrap();
        assert_eq!(found.broken, [0; 0]);
        let numbers: BTreeSet<_> = found.runs.iter().map(|run| run.started_ms).collect();
        assert_eq!(numbers.len(), keep.min((WRITERS * RUNS) as usize));
    }
}

#[test]
fn processes_lose_no_line() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("history.jsonl");
    // A broken line makes the first of them replace the file.
    fs::write(&path, format!("{}\n{{\n", past(u64::MAX).to_line())).unwrap();
    let children: Vec<_> = (0..WRITERS)
        .map(|writer| {
            Command::new(env::current_exe().unwrap())
                .args(["--exact", "front::history::tests::writes_when_asked"])
                .env(PATH_VARIABLE, &path)
                .env(FIRST_VARIABLE, (writer * RUNS).to_string())
                .stdout(Stdio::piped())
                .spawn()
        })
        .collect();
    for child in children {
        let child = child.unwrap().wait_with_output().unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    }
    let mut expected: Vec<_> = (0..WRITERS * RUNS).collect();
    expected.push(u64::MAX);
    let mut found = numbers(&path);
    found.sort_unstable();
    assert_eq!(found, expected);
}

/// What the child processes of the test above do.
#[test]
fn writes_when_asked() {
    if let (Some(path), Ok(first)) = (env::var_os(PATH_VARIABLE), env::var(FIRST_VARIABLE)) {
        write_from(Path::new(&path), first.parse().unwrap(), 1000);
    }
}

#[test]
fn a_run_knows_those_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("history.jsonl");
    append(&path, &past(1), 9).unwrap();
    let mut run = RunReport::new("demo", "libtest", std::time::SystemTime::UNIX_EPOCH);
    record(&path, 9, true, &mut run);
    assert_eq!(run.history, [past(1)]);
    assert_eq!(read(&path).unwrap().runs, [past(1), PastRun::of(&run, true)]);

    // What goes wrong does not stop the run.
    record(dir.path(), 9, true, &mut run);
    assert_eq!(run.history, [past(1)]);
}
