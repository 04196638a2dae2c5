//! Reads the lines of JSON that test binaries leave: manifests and records.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

/// Reads all lines of all files in `dir` that can be read, in order of the files' names.
///
/// A file that is missing or cut short is not an error but less knowledge: ordinary `#[test]`s
/// write none, and a process may end in the middle of a line.
pub(super) fn read<T: DeserializeOwned>(dir: &Path) -> Vec<T> {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut paths: Vec<_> = files.map(|file| file.path()).collect();
    paths.sort();
    paths
        .into_iter()
        .filter_map(|path| fs::read(path).ok())
        .flat_map(|bytes| {
            let lines = bytes.split(|byte| *byte == b'\n');
            lines.filter_map(|line| serde_json::from_slice(line).ok()).collect::<Vec<_>>()
        })
        .collect()
}
