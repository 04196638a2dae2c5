//! Source files that belong to no module.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::finding::{Finding, Problem};

/// Finds files beside the modules that were scanned which none of them declares.
///
/// Looks only into directories that hold submodules of a scanned module: another, such as one with
/// the inputs of tests, is not entered.
pub(super) fn find(directories: &BTreeSet<PathBuf>, known: &BTreeSet<PathBuf>) -> Vec<Finding> {
    let candidates = directories.iter().flat_map(|directory| sources(directory));
    candidates
        .filter(|file| !known.contains(file))
        .map(|file| Finding { file, line: 1, problem: Problem::OrphanFile })
        .collect()
}

/// Lists what could be modules of the directory: `foo.rs` and `foo/mod.rs`.
fn sources(directory: &Path) -> Vec<PathBuf> {
    // A directory that is not there holds no submodules; nor does one that cannot be listed.
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut sources: Vec<_> = paths
        .filter_map(|path| match path.extension() {
            Some(extension) if extension == "rs" => Some(path),
            None => Some(path.join("mod.rs")).filter(|file| file.is_file()),
            Some(_) => None,
        })
        .collect();
    sources.sort();
    sources
}
