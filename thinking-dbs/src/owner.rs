//! Who writes a database: a lock file beside it that says so.
//!
//! The lock is the operating system's, so a dead process holds none; the text inside is only
//! for the message that a second process prints.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How often, and with which pause, a lock is tried before it counts as held.
const ATTEMPTS_MAX: u32 = 5;
const PAUSE: Duration = Duration::from_millis(20);

/// The process that writes a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Its process identifier.
    pub pid: u32,
    /// The machine it runs on.
    pub host: String,
    /// Its program.
    pub program: String,
    /// When it opened the database.
    pub since: Timestamp,
}

impl Owner {
    /// Returns the process that has the database at `path` open now, if one has.
    pub fn of(path: &Path) -> Option<Owner> {
        let mut file = File::open(OwnerLock::path_of(path)).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => read(&mut file),
            _ => None,
        }
    }

    fn this_process() -> Owner {
        let program = std::env::current_exe().ok();
        let program =
            program.and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        Owner {
            pid: std::process::id(),
            host: gethostname::gethostname().to_string_lossy().into_owned(),
            program: program.unwrap_or_default(),
            since: Timestamp::now(),
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Owner { pid, host, program, since } = self;
        write!(f, "process {pid} (`{program}`) on `{host}` since {since:.0}")
    }
}

/// The lock of a database, held as long as the value lives.
#[derive(Debug)]
pub(crate) struct OwnerLock {
    _file: File,
}

/// Why the lock was not taken.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Another process holds it; `None` if it has not said who it is.
    Held(Option<Owner>),
    Io(io::Error),
}

impl OwnerLock {
    /// Returns the lock file of the database at `path`.
    pub(crate) fn path_of(path: &Path) -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        PathBuf::from(name)
    }

    pub(crate) fn take(path: &Path) -> Result<OwnerLock, LockError> {
        let io = LockError::Io;
        // Not truncated: until the lock is held, the text is another's.
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(Self::path_of(path)).map_err(io)?;
        let mut attempts = 1;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                // `Owner::of` holds the lock for a moment, and so does an owner that is ending.
                Err(TryLockError::WouldBlock) if attempts < ATTEMPTS_MAX => {
                    attempts += 1;
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => return Err(LockError::Held(read(&mut file))),
                Err(TryLockError::Error(error)) => return Err(io(error)),
            }
        }
        let text = serde_json::to_vec(&Owner::this_process()).map_err(|e| io(e.into()))?;
        file.set_len(0).map_err(io)?;
        file.rewind().map_err(io)?;
        file.write_all(&text).map_err(io)?;
        Ok(OwnerLock { _file: file })
    }
}

/// Reads who holds a lock. An owner that is just writing its name leaves half a text for a moment.
fn read(file: &mut File) -> Option<Owner> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}
