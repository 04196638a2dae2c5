//! Names of log files, which ones stay, and what happens when one cannot be written.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::RootPath;

const SESSION: &str = "digits_2026-11-21T11-03-39-007Z-4711";

fn log_file(root: &Path, name: &str, settings: File) -> LogFile {
    LogFile::new(name, &settings, root, SESSION)
}

fn path(name: &str, prefix: Option<&str>, rotation: Rotation) -> String {
    let settings = File {
        directory: RootPath::new("logs"),
        prefix: prefix.map(str::to_owned),
        rotation,
        ..File::default()
    };
    log_file(Path::new("/r"), name, settings).path().display().to_string()
}

#[test]
fn names() {
    use Rotation::{Daily, Never, Session};
    assert_eq!(path("session", None, Session), "/r/logs/digits_2026-11-21T11-03-39-007Z-4711.log");
    assert_eq!(
        path("session", Some("x"), Session),
        "/r/logs/x_digits_2026-11-21T11-03-39-007Z-4711.log"
    );
    assert_eq!(
        path("trace", None, Session),
        "/r/logs/trace_digits_2026-11-21T11-03-39-007Z-4711.log"
    );
    assert_eq!(path("session", None, Daily), "/r/logs/digits.*.log");
    assert_eq!(path("trace", None, Daily), "/r/logs/trace.*.log");
    assert_eq!(path("trace", Some("x"), Never), "/r/logs/x.log");
}

#[test]
fn a_session_is_split_where_its_stamp_begins() {
    let stamp = "2026-11-21T11-03-39-007Z-4711";
    assert_eq!(split_session(&format!("digits_{stamp}")), ("digits", stamp));
    assert_eq!(split_session(&format!("größe_2_{stamp}")), ("größe_2", stamp));
    assert_eq!(split_session("digits"), ("digits", "0"));
}

#[test]
fn only_files_of_the_series_are_its_own() {
    let session = Names::new("session", &File::default(), SESSION);
    assert!(session.is_one("digits_2026-11-21T11-03-39-007Z-4711.log"));
    assert!(session.is_one("digits_2025-12-31T23-59-59-999Z-1.log"));
    for other in [
        "digits_2026-11-21T11-03-39-007Z-4711.txt",
        "digits.log",
        "digits_.log",
        "digits_notes.log",
        "digits_tests_2026-11-21T11-03-39-007Z-4711.log",
        "digits-2_2026-11-21T11-03-39-007Z-4711.log",
        "x_digits_2026-11-21T11-03-39-007Z-4711.log",
    ] {
        assert!(!session.is_one(other), "{other}");
    }
    let daily = File { rotation: Rotation::Daily, ..File::default() };
    let daily = Names::new("trace", &daily, SESSION);
    assert!(daily.is_one("trace.2026-11-21.log"));
    assert!(!daily.is_one("trace.2.of.three.log"));
    assert!(!daily.is_one("trace-data.2026-11-21.log"));
}

/// Makes a file that was written `hours` ago.
fn old_file(directory: &Path, name: &str, hours: u64) {
    fs::create_dir_all(directory).unwrap();
    let file = fs::File::create(directory.join(name)).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(hours * 3600)).unwrap();
}

fn files(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_new_session_removes_those_written_longest_ago() {
    let root = tempfile::tempdir().unwrap();
    let logs = root.path().join(".thinking/logs");
    // It began first and is still at work.
    old_file(&logs, "digits_2026-11-01T00-00-00-000Z-1.log", 1);
    old_file(&logs, "digits_2026-11-02T00-00-00-000Z-2.log", 4);
    old_file(&logs, "digits_2026-11-03T00-00-00-000Z-3.log", 3);
    old_file(&logs, "notes.log", 9);
    let mut file = log_file(root.path(), "session", File { keep: 2, ..File::default() });
    assert_eq!(files(&logs).len(), 4, "nothing happens before the first line");
    assert!(file.write_line(b"one\n"));
    assert!(file.write_line(b"two\n"));
    let left = [
        "digits_2026-11-01T00-00-00-000Z-1.log",
        "digits_2026-11-21T11-03-39-007Z-4711.log",
        "notes.log",
    ];
    assert_eq!(files(&logs), left);
    let text = fs::read_to_string(logs.join("digits_2026-11-21T11-03-39-007Z-4711.log")).unwrap();
    assert_eq!(text, "one\ntwo\n");
}

#[test]
fn files_that_rotate_by_time_are_named_by_it_and_limited_too() {
    let root = tempfile::tempdir().unwrap();
    for (rotation, length) in [
        (Rotation::Daily, "2026-11-21".len()),
        (Rotation::Hourly, "2026-11-21-11".len()),
        (Rotation::Minutely, "2026-11-21-11-05".len()),
    ] {
        let directory = root.path().join(format!("{rotation:?}"));
        (1..=4).for_each(|n| old_file(&directory, &format!("x.2026-10-0{n}.log"), 9 - n));
        let settings = File {
            directory: RootPath::new(&directory),
            prefix: Some("x".to_owned()),
            rotation,
            keep: 2,
            ..File::default()
        };
        let mut file = log_file(root.path(), "session", settings);
        assert!(file.write_line(b"one\n"));
        let left = files(&directory);
        assert_eq!(left[0], "x.2026-10-04.log");
        assert_eq!(left[1].len(), "x..log".len() + length, "{left:?}");
        assert_eq!(left.len(), 2);
        // A new period.
        old_file(&directory, "x.2026-10-01.log", 9);
        let State::Open { period, .. } = &mut file.state else { panic!("not open") };
        *period -= 1;
        assert!(file.write_line(b"two\n"));
        assert_eq!(files(&directory), left);
    }
}

#[test]
fn all_files_stay_if_none_is_to_go() {
    let root = tempfile::tempdir().unwrap();
    let logs = root.path().join(".thinking/logs");
    (1..=20).for_each(|n| old_file(&logs, &format!("digits_202611{n:02}-000000.log"), n));
    assert!(log_file(root.path(), "session", File { keep: 0, ..File::default() }).write_line(b"x"));
    assert_eq!(files(&logs).len(), 21);
}

#[test]
fn a_root_that_is_gone_does_not_come_back() {
    let root = tempfile::tempdir().unwrap();
    let gone = root.path().join("gone");
    assert!(!log_file(&gone, "session", File::default()).write_line(b"x"));
    assert!(!gone.exists());
}

/// A disk that is full for a while; it takes half of the first line that does not fit.
#[derive(Clone, Default)]
struct Disk {
    text: Arc<Mutex<Vec<u8>>>,
    room: Arc<Mutex<usize>>,
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut room = self.room.lock().unwrap();
        if *room == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(*room);
        *room -= taken;
        self.text.lock().unwrap().extend(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_file_goes_on_once_there_is_room_again() {
    let root = tempfile::tempdir().unwrap();
    let mut file = log_file(root.path(), "session", File { keep: 0, ..File::default() });
    let disk = Disk::default();
    file.state = State::Open { file: Box::new(disk.clone()), period: 0 };
    *disk.room.lock().unwrap() = 7;
    assert!(file.write_line(b"one\n"));
    assert!(!file.write_line(b"two and more\n"));
    assert!(!file.write_line(b"three\n"));
    assert_eq!(file.missing, 2);
    *disk.room.lock().unwrap() = 99;
    assert!(file.write_line(b"four\n"));
    assert!(file.write_line(b"five\n"));
    assert_eq!(file.missing, 0);
    let text = String::from_utf8(disk.text.lock().unwrap().clone()).unwrap();
    assert_eq!(text, "one\ntwo\nfour\nfive\n");
}
