//! Files beside the store that no record names.

use std::collections::HashSet;
use std::path::Path;
use std::{fs, io};

use jiff::Timestamp;

use super::GarbageFile;
use crate::error::StoreError;

/// What an artifact's file is called until its content is whole.
const UNFINISHED: &str = "new-";
const HASH_DIGITS: usize = 64;

/// Lists the files of artifacts that are not among `named`, and unfinished ones, by their paths;
/// with `since` only those that were written before that moment. Files that are none of the
/// store's are left alone.
pub(crate) fn unnamed(
    directory: &Path,
    named: &HashSet<&str>,
    since: Option<Timestamp>,
) -> Result<Vec<GarbageFile>, StoreError> {
    let mut files = Vec::new();
    let failed = |source| StoreError::Artifact { path: directory.to_owned(), source };
    for entry in entries(directory).map_err(failed)? {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(UNFINISHED) {
            files.push(entry);
        } else if name.len() == 2 && entry.file_type().map_err(failed)?.is_dir() {
            files.extend(entries(&entry.path()).map_err(failed)?.into_iter().filter(|file| {
                let hash = file.file_name().to_string_lossy().into_owned();
                hash.len() == HASH_DIGITS && hash.starts_with(&name) && !named.contains(&*hash)
            }));
        }
    }
    let mut garbage = Vec::new();
    for file in files {
        // One that is gone meanwhile was finished or removed by its own process.
        let Ok(metadata) = file.metadata() else { continue };
        let written = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
        if metadata.is_file() && since.is_none_or(|since| written.is_some_and(|w| w < since)) {
            garbage.push(GarbageFile { path: file.path(), bytes: metadata.len() });
        }
    }
    garbage.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(garbage)
}

/// A directory that is not there yet has no entries.
fn entries(directory: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.collect(),
    }
}
