//! The writing side of the sidecar, inside a test process.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{ATTEMPT_VARIABLE, Event, RECORDS_DIR_VARIABLE, Record};
use crate::case::Case;
use crate::stage::{Ending, Stage};

/// The open file of this process.
#[derive(Debug)]
pub(crate) struct Sidecar {
    file: File,
    exe: String,
    pid: u32,
    attempt: u32,
}

impl Sidecar {
    /// Returns this process's sidecar, if the runner asked for records and one can be opened.
    pub(crate) fn current() -> Option<&'static Sidecar> {
        static SIDECAR: OnceLock<Option<Sidecar>> = OnceLock::new();
        let open = || Sidecar::open(Path::new(&env::var_os(RECORDS_DIR_VARIABLE)?));
        SIDECAR.get_or_init(open).as_ref()
    }

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

    /// Writes that `case` begins on this thread.
    pub(crate) fn start(&self, case: &Case) {
        let thread = thread::current().name().unwrap_or_default().to_owned();
        self.write(case.name, Event::Start { exe: self.exe.clone(), thread });
    }

    /// Writes that a stage of `case` ended.
    pub(crate) fn stage(&self, case: &Case, stage: Stage, duration: Duration, ending: &Ending) {
        let (duration_us, ending) = (micros(duration), ending.clone());
        self.write(case.name, Event::Stage { stage, duration_us, ending });
    }

    /// Writes that `case` ended.
    pub(crate) fn end(&self, case: &Case, duration: Duration, ending: &Ending) {
        let (duration_us, ending) = (micros(duration), ending.clone());
        self.write(case.name, Event::End { duration_us, ending });
    }

    /// Writes one event, in one write: cases of several threads share the file.
    ///
    /// What cannot be written is dropped, for a full disk must not fail a test.
    pub(crate) fn write(&self, name: &str, event: Event) {
        let (pid, attempt) = (self.pid, self.attempt);
        let record = Record { pid, attempt, name: name.to_owned(), time_ms: now_ms(), event };
        if let Ok(mut line) = serde_json::to_vec(&record) {
            line.push(b'\n');
            let _ = (&self.file).write_all(&line);
        }
    }
}

fn attempt(variable: Option<&str>) -> u32 {
    variable.and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
