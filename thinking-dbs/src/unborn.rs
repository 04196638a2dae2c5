//! Files in which redb was interrupted before it had made a database of them.
//!
//! redb sizes a new file, writes the header without its magic number, and then with it. It never
//! opens a file again in which it got no further than that, so a process that was killed within
//! the first milliseconds of its first run would leave one that has to be deleted by hand.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// The magic number and the rest of the header, which may be there already.
const MAGIC_BYTES: usize = 9;
const HEADER_BYTES: usize = 320;

/// Empties the file at `path` if it is one of them; returns whether it is new: empty or absent.
///
/// Only the owner of the database may call it.
pub(crate) fn reset(path: &Path) -> io::Result<bool> {
    let unborn = is_unborn(path)?;
    if unborn && path.exists() {
        OpenOptions::new().write(true).open(path)?.set_len(0)?;
    }
    Ok(unborn)
}

/// Tells whether the file at `path` is absent, empty, or one of them.
///
/// A file with anything but zeros where a database's magic number and pages would be is
/// somebody's data. A database is told by its first bytes, so nothing more is read of it.
pub(crate) fn is_unborn(path: &Path) -> io::Result<bool> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let mut start = Vec::with_capacity(HEADER_BYTES);
    file.by_ref().take(HEADER_BYTES as u64).read_to_end(&mut start)?;
    if start.iter().take(MAGIC_BYTES).any(|byte| *byte != 0) {
        return Ok(false);
    }
    let mut pages = vec![0; 1 << 16];
    loop {
        match file.read(&mut pages)? {
            0 => return Ok(true),
            read if pages[..read].iter().any(|byte| *byte != 0) => return Ok(false),
            _ => {}
        }
    }
}
