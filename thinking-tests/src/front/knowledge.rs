//! What the test binaries told about their cases, joined with what the backend reports.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::files::Files;
use crate::manifest::ManifestEntry;
use crate::report::{CaseReport, Location};
use crate::sidecar::Event;

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
        Self {
            exe: path.to_string_lossy().into_owned(),
            crate_name: name.replace('-', "_"),
        }
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

    fn from_lines(entries: Vec<ManifestEntry>, events: Vec<Event>) -> Self {
        let mut knowledge = Self::default();
        for entry in entries {
            let location = Location {
                file: entry.file,
                line: entry.line,
            };
            knowledge
                .locations
                .insert((entry.exe, entry.name), location);
        }
        let mut open = HashSet::new();
        for event in events {
            match event {
                Event::Start {
                    exe,
                    name,
                    pid,
                    attempt,
                    ..
                } => {
                    open.insert((pid, attempt, (exe, name)));
                }
                Event::End {
                    exe,
                    name,
                    pid,
                    attempt,
                    duration_us,
                    ..
                } => {
                    let key = (exe, name);
                    open.remove(&(pid, attempt, key.clone()));
                    knowledge
                        .durations
                        .insert(key, Duration::from_micros(duration_us));
                }
            }
        }
        knowledge.unfinished = open.into_iter().map(|(_, _, key)| key).collect();
        knowledge
    }

    /// Completes what the backend said about a case.
    pub(super) fn complete(&self, binary: &Binary, case: &mut CaseReport) {
        let key = binary.key(&case.name);
        case.location = self.locations.get(&key).cloned();
        if case.duration.is_none() {
            case.duration = self.durations.get(&key).copied();
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
            text.lines()
                .filter_map(|line| serde_json::from_str(line).ok())
                .collect::<Vec<_>>()
        })
        .collect()
}
