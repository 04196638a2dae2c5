//! What the test binaries told about their cases, joined with what the backend reports.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::files::Files;
use super::panic_text;
use crate::manifest::ManifestEntry;
use crate::report::{CaseReport, Location};
use crate::sidecar::{Event, Record};

/// A binary's path and a case's full name.
type Key = (String, String);

/// What the manifests and the sidecar files say.
///
/// Both are optional: ordinary `#[test]`s have neither, so a file that is missing or cut short is
/// not an error but less knowledge.
#[derive(Debug, Default)]
pub(super) struct Knowledge {
    locations: HashMap<Key, Location>,
    durations: HashMap<Key, Duration>,
    unfinished: HashSet<Key>,
}

/// One test binary.
#[derive(Debug, Clone)]
pub(super) struct Binary {
    exe: String,
    crate_name: String,
}

impl Binary {
    /// Describes the binary at `path`, built from the target `name`.
    pub(super) fn new(path: &Path, name: &str) -> Self {
        // The binary itself reports the path with links resolved.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Self { exe: path.to_string_lossy().into_owned(), crate_name: name.replace('-', "_") }
    }

    fn key(&self, case: &str) -> Key {
        (self.exe.clone(), format!("{}::{case}", self.crate_name))
    }
}

impl Knowledge {
    /// Reads what the run has left so far.
    pub(super) fn read(files: &Files) -> Self {
        Self::from_lines(lines(&files.manifests), lines(&files.records))
    }

    fn from_lines(entries: Vec<ManifestEntry>, records: Vec<Record>) -> Self {
        let mut knowledge = Self::default();
        for entry in entries {
            let location = Location { file: entry.file, line: entry.line };
            knowledge.locations.insert((entry.exe, entry.name), location);
        }
        let mut open = HashMap::new();
        for Record { pid, attempt, name, event, .. } in records {
            match event {
                Event::Start { exe, .. } => {
                    open.insert((pid, attempt, name.clone()), (exe, name));
                }
                Event::End { duration_us, .. } => {
                    if let Some(key) = open.remove(&(pid, attempt, name)) {
                        knowledge.durations.insert(key, Duration::from_micros(duration_us));
                    }
                }
                _ => {}
            }
        }
        knowledge.unfinished = open.into_values().collect();
        knowledge
    }

    /// Completes what the backend said about a case.
    pub(super) fn complete(&self, binary: &Binary, case: &mut CaseReport) {
        let key = binary.key(&case.name);
        case.location = self.locations.get(&key).cloned();
        if case.duration.is_none() {
            case.duration = self.durations.get(&key).copied();
        }
        if case.outcome.is_failure() {
            case.failed_at =
                panic_text::place(&case.stderr).or_else(|| panic_text::place(&case.stdout));
        }
    }

    /// Tells whether the case began and never ended.
    pub(super) fn is_unfinished(&self, binary: &Binary, case: &str) -> bool {
        self.unfinished.contains(&binary.key(case))
    }
}

/// Reads all lines of all files in `dir` that can be read.
fn lines<T: DeserializeOwned>(dir: &Path) -> Vec<T> {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    files
        .filter_map(|file| fs::read_to_string(file.path()).ok())
        .flat_map(|text| {
            text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    //! Joining what binaries told with what backends report.

    use super::*;
    use crate::report::Outcome;
    use crate::stage::Ending;

    fn record(name: &str, pid: u32, event: Event) -> Record {
        Record { pid, attempt: 1, name: name.to_owned(), time_ms: 0, event }
    }

    fn start(exe: &str, name: &str, pid: u32) -> Record {
        record(name, pid, Event::Start { exe: exe.to_owned(), thread: String::new() })
    }

    fn end(name: &str, pid: u32) -> Record {
        record(name, pid, Event::End { duration_us: 1500, ending: Ending::Passed })
    }

    #[test]
    fn a_start_without_an_end_is_unfinished() {
        let events = vec![
            start("/none/it-1", "my_it::a", 7),
            start("/none/it-1", "my_it::b", 7),
            end("my_it::b", 7),
            // Another process with a case of the same name.
            start("/none/it-2", "my_it::b", 8),
        ];
        let knowledge = Knowledge::from_lines(Vec::new(), events);
        let binary = Binary::new(Path::new("/none/it-1"), "my-it");
        assert!(knowledge.is_unfinished(&binary, "a"));
        assert!(!knowledge.is_unfinished(&binary, "b"));
        assert!(!knowledge.is_unfinished(&binary, "c"));
    }

    #[test]
    fn what_the_backend_knows_is_kept() {
        let entry = ManifestEntry {
            exe: "/none/it-1".to_owned(),
            name: "my_it::a".to_owned(),
            file: "tests/it.rs".to_owned(),
            line: 3,
            column: 4,
            tags: Vec::new(),
            timeout_ms: None,
            retries: None,
            exclusive: Vec::new(),
        };
        let events = vec![start("/none/it-1", "my_it::a", 7), end("my_it::a", 7)];
        let knowledge = Knowledge::from_lines(vec![entry], events);
        let binary = Binary::new(Path::new("/none/it-1"), "my-it");
        for (known, expected) in [(None, 1500), (Some(Duration::from_micros(7)), 7)] {
            let mut case = CaseReport::new("a", Outcome::Passed);
            case.duration = known;
            knowledge.complete(&binary, &mut case);
            assert_eq!(case.duration, Some(Duration::from_micros(expected)));
            assert_eq!(case.location.map(|at| at.to_string()).as_deref(), Some("tests/it.rs:3"));
        }
    }
}
