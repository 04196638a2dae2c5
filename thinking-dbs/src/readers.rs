//! Readers of another process, and the writer that lets them finish.
//!
//! A reader locks a file beside the database while it copies, and a writer waits for it before it
//! begins the next write. So at most one commit, which was under way, falls into a copy.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// A reader that takes longer does not hold the writer up any more: it may have been suspended.
const WAIT_MAX: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(1);

/// The writer's side.
pub(crate) struct Readers {
    file: File,
}

impl Readers {
    pub(crate) fn of(path: &Path) -> io::Result<Readers> {
        Ok(Readers { file: open(path)? })
    }

    /// Waits until nobody copies. Costs two system calls where nobody does.
    pub(crate) fn wait(&self) {
        let since = Instant::now();
        while let Err(TryLockError::WouldBlock) = self.file.try_lock() {
            if since.elapsed() > WAIT_MAX {
                return;
            }
            thread::sleep(PAUSE);
        }
        // A file system without locks has no readers that could hold one.
        let _ = self.file.unlock();
    }
}

/// The reader's side: what is held while it copies.
pub(crate) struct Reading {
    _file: File,
}

impl Reading {
    pub(crate) fn begin(path: &Path) -> io::Result<Reading> {
        let file = open(path)?;
        file.lock_shared()?;
        Ok(Reading { _file: file })
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".readers");
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).open(PathBuf::from(name))
}
