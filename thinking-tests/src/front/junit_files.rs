//! JUnit XML on disk: one file, or a directory with one per suite.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::error::FrontError;
use super::files::{file_error, make_dir_of, write};
use crate::report::{Dialect, MARK, RunReport, junit};

/// How many bytes before the end of [`MARK`] a file has at most: the XML declaration.
const HEAD_BYTES: usize = 128;

/// Writes the report of `run` to `path`, and returns where it is.
///
/// With one file per suite that is a directory: `path` without `.xml`. Files of an earlier run that
/// are there are removed, for their suites may be gone; those of other programs stay.
pub(super) fn write_junit(
    path: &Path,
    dialect: Dialect,
    run: &RunReport,
) -> Result<PathBuf, FrontError> {
    let files = junit(run, dialect)?;
    if dialect != Dialect::Surefire {
        make_dir_of(path)?;
        for file in files {
            write(path, &file.xml)?;
        }
        return Ok(path.to_owned());
    }
    let is_file = path.extension().is_some_and(|extension| extension == "xml");
    let dir = if is_file { path.with_extension("") } else { path.to_owned() };
    make_dir(&dir)?;
    remove_ours(&dir)?;
    for file in files {
        write(&dir.join(file.name), &file.xml)?;
    }
    Ok(dir)
}

fn make_dir(dir: &Path) -> Result<(), FrontError> {
    fs::create_dir_all(dir).map_err(|source| file_error(dir, source))
}

fn remove_ours(dir: &Path) -> Result<(), FrontError> {
    for entry in fs::read_dir(dir).map_err(|source| file_error(dir, source))? {
        let path = entry.map_err(|source| file_error(dir, source))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !(name.starts_with("TEST-") && name.ends_with(".xml") && is_ours(&path)) {
            continue;
        }
        match fs::remove_file(&path) {
            // Another run has been here at the same time.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            result => result.map_err(|source| file_error(&path, source))?,
        }
    }
    Ok(())
}

/// Tells whether this program wrote the file; one that cannot be read is not ours.
fn is_ours(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = fs::File::open(path)
        .and_then(|file| file.take((HEAD_BYTES + MARK.len()) as u64).read_to_end(&mut head));
    read.is_ok() && String::from_utf8_lossy(&head).contains(&format!("<!--{MARK}-->"))
}

#[cfg(test)]
mod tests;
