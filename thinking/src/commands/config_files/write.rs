//! Writes files that people keep: as a whole or not at all, and only if something changes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Replaces what is in a file by what `change` makes of it, or of nothing if there is no file;
/// returns whether it changed anything.
///
/// The new contents are written beside it and take its place at once. A link stays a link, and the
/// permissions stay as they are.
///
/// # Errors
///
/// The file cannot be read or written, or is read-only. It is as it was.
pub(super) fn replace(
    path: &Path,
    change: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
) -> io::Result<bool> {
    let path = match path.canonicalize() {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let old = match fs::read(&path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let Some(new) = change(old.as_deref().unwrap_or_default()) else {
        return Ok(false);
    };
    if old.as_ref() == Some(&new) {
        return Ok(false);
    }
    let permissions = match old {
        Some(_) => Some(fs::metadata(&path)?.permissions()),
        None => None,
    };
    // To rename over it would need no right to write to it.
    if permissions.as_ref().is_some_and(|permissions| permissions.readonly()) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = path.with_file_name(name);
    let written = write_new(&beside, &new)
        .and_then(|()| permissions.map_or(Ok(()), |kept| fs::set_permissions(&beside, kept)))
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // What is left of it helps nobody, and the first error says why.
        let _ = fs::remove_file(&beside);
    }
    written.map(|()| true)
}

/// Writes a file that is not there; returns whether it was not.
///
/// # Errors
///
/// The file cannot be written. It is not there, as before.
pub(super) fn create(path: &Path, contents: &[u8]) -> io::Result<bool> {
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error),
    };
    let written = file.write_all(contents).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a file would keep the next attempt from writing a whole one.
        let _ = fs::remove_file(path);
    }
    written.map(|()| true)
}

fn write_new(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(contents)?;
    file.sync_all()
}
