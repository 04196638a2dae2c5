//! The sidecar: one file per process with the start and the end of each case.
//!
//! A `start` without an `end` names the case that ended the process. Under [`RECORDS_DIR_VARIABLE`]
//! each process appends to `PID.jsonl`, one [`Event`] per line:
//!
//! ```json
//! {"event":"start","exe":"/t/it-1f","name":"it::fine","pid":7,"attempt":1,"time_ms":1700000000000}
//! {"event":"end","exe":"/t/it-1f","name":"it::fine","pid":7,"attempt":1,"time_ms":1700000000004,"duration_us":3512,"ending":"returned"}
//! ```

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process;
use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::case::Case;

/// Names the directory into which each test process writes the records of its cases.
pub const RECORDS_DIR_VARIABLE: &str = "THINKING_TEST_RECORDS";

/// cargo-nextest sets it to 1 for the first attempt, 2 for the second, and so on.
const ATTEMPT_VARIABLE: &str = "NEXTEST_ATTEMPT";

/// How a case's body was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Ending {
    /// It returned. For a body with a `Result` this says nothing about the result.
    Returned,
    /// It panicked.
    Panicked,
}

/// One line of a sidecar file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Event {
    /// A case begins.
    Start {
        /// The path of the test binary.
        exe: String,
        /// The case's name, as in [`Case::name`].
        name: String,
        /// The process.
        pid: u32,
        /// Which attempt at this case this is, from 1.
        attempt: u32,
        /// Milliseconds since 1970 in UTC.
        time_ms: u64,
    },
    /// A case ended.
    End {
        /// The path of the test binary.
        exe: String,
        /// The case's name, as in [`Case::name`].
        name: String,
        /// The process.
        pid: u32,
        /// Which attempt at this case this is, from 1.
        attempt: u32,
        /// Milliseconds since 1970 in UTC.
        time_ms: u64,
        /// How long the body took, in microseconds of a monotonic clock.
        duration_us: u64,
        /// How the body was left.
        ending: Ending,
    },
}

/// Runs `body` and records its start and end if the runner asked for records.
///
/// Without [`RECORDS_DIR_VARIABLE`] this costs one atomic load. With it, each event is one write
/// to a file; an event that cannot be written is dropped, for a full disk must not fail a test.
///
/// # Panics
///
/// Panics with the body's own payload when the body panics, after the end was recorded. The panic
/// hook has run by then and does not run again.
///
/// ```
/// use thinking_tests::{Case, record};
///
/// static CASE: Case = Case { name: "a::adds", module: "a", file: "src/a.rs", line: 1, column: 4 };
/// assert_eq!(record(&CASE, || 1 + 1), 2);
/// ```
pub fn record<R>(case: &Case, body: impl FnOnce() -> R) -> R {
    static SIDECAR: OnceLock<Option<Sidecar>> = OnceLock::new();
    let sidecar = SIDECAR.get_or_init(|| {
        let dir = env::var_os(RECORDS_DIR_VARIABLE)?;
        Sidecar::open(Path::new(&dir))
    });
    match sidecar {
        Some(sidecar) => sidecar.record(case, body),
        None => body(),
    }
}

/// The open file of this process.
struct Sidecar {
    file: File,
    exe: String,
    pid: u32,
    attempt: u32,
}

impl Sidecar {
    /// Opens this process's file in `dir`, or returns `None` when that is impossible.
    fn open(dir: &Path) -> Option<Self> {
        fs::create_dir_all(dir).ok()?;
        let pid = process::id();
        // Appending, because a later process of the same run may be given the same number.
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(dir.join(format!("{pid}.jsonl")))
            .ok()?;
        Some(Self {
            file,
            exe: env::current_exe().ok()?.to_string_lossy().into_owned(),
            pid,
            attempt: attempt(env::var(ATTEMPT_VARIABLE).ok().as_deref()),
        })
    }

    fn record<R>(&self, case: &Case, body: impl FnOnce() -> R) -> R {
        self.write(&Event::Start {
            exe: self.exe.clone(),
            name: case.name.to_owned(),
            pid: self.pid,
            attempt: self.attempt,
            time_ms: now_ms(),
        });
        let started = Instant::now();
        // The payload goes on unchanged below, so no broken invariant can be observed here.
        let result = panic::catch_unwind(AssertUnwindSafe(body));
        self.write(&Event::End {
            exe: self.exe.clone(),
            name: case.name.to_owned(),
            pid: self.pid,
            attempt: self.attempt,
            time_ms: now_ms(),
            duration_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            ending: match &result {
                Ok(_) => Ending::Returned,
                Err(_) => Ending::Panicked,
            },
        });
        result.unwrap_or_else(|payload| panic::resume_unwind(payload))
    }

    fn write(&self, event: &Event) {
        if let Ok(mut line) = serde_json::to_vec(event) {
            line.push(b'\n');
            // One write per event: cases of several threads share the file.
            let _ = (&self.file).write_all(&line);
        }
    }
}

fn attempt(variable: Option<&str>) -> u32 {
    variable.and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
