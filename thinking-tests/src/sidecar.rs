//! The sidecar: one file per process with what happens to each of its cases.
//!
//! Under [`RECORDS_DIR_VARIABLE`] each process appends to `PID.jsonl`, one [`Event`] per line, each
//! with one write, as it happens: a case that ends its process leaves what it did until then. A
//! `start` without an `end` names the case that did.
//!
//! ```json
//! {"event":"start","pid":7,"attempt":1,"name":"it::fine","time_ms":1700000000000,"exe":"/t/it-1f","thread":"fine"}
//! {"event":"log","pid":7,"attempt":1,"name":"it::fine","time_ms":1700000000001,"stage":"run","level":"INFO","target":"it","spans":"","message":"hello"}
//! {"event":"stage","pid":7,"attempt":1,"name":"it::fine","time_ms":1700000000004,"stage":"run","duration_us":3512,"ending":"passed"}
//! {"event":"detail","pid":7,"attempt":1,"name":"it::fine","time_ms":1700000000004,"key":"seed","value":"7"}
//! {"event":"end","pid":7,"attempt":1,"name":"it::fine","time_ms":1700000000004,"duration_us":3600,"ending":"passed"}
//! {"event":"leftover","pid":7,"attempt":1,"name":"","time_ms":1700000000009,"what":"fixture `it::store`","place":"tests/it/main.rs:7:4","ending":"error","reason":"no disk"}
//! ```

#[cfg(feature = "cases")]
mod writer;

use serde::{Deserialize, Serialize};

use crate::stage::{Ending, Stage};
#[cfg(feature = "cases")]
pub(crate) use writer::Sidecar;

/// Names the directory into which each test process writes the records of its cases.
pub const RECORDS_DIR_VARIABLE: &str = "THINKING_TEST_RECORDS";

/// cargo-nextest sets it to 1 for the first attempt, 2 for the second, and so on; the runner does so
/// for libtest.
pub const ATTEMPT_VARIABLE: &str = "NEXTEST_ATTEMPT";

/// One line of a sidecar file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The process.
    pub pid: u32,
    /// Which attempt at its cases this process is, from 1.
    pub attempt: u32,
    /// The case's name, as in [`Case::name`](crate::Case::name); empty for what
    /// belongs to none: log lines, details, and what is left over at the end.
    pub name: String,
    /// Milliseconds since 1970 in UTC.
    pub time_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happens to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// It begins.
    Start {
        /// The path of the test binary.
        exe: String,
        /// The thread's name.
        thread: String,
    },
    /// One of its stages ended.
    Stage {
        /// Which.
        stage: Stage,
        /// How long it took, in microseconds of a monotonic clock.
        duration_us: u64,
        /// How it ended.
        #[serde(flatten)]
        ending: Ending,
    },
    /// It logged a line.
    Log {
        /// The stage that was running.
        stage: Option<Stage>,
        /// `ERROR`, `WARN`, `INFO`, `DEBUG` or `TRACE`.
        level: String,
        /// Where in the program it was logged, a module's path unless it says otherwise.
        target: String,
        /// The spans around it, from the outermost.
        spans: String,
        /// What was logged, with its fields.
        message: String,
    },
    /// It says something about itself, for the reports.
    Detail {
        /// What it is.
        key: String,
        /// Its value.
        value: String,
    },
    /// What cases shared could not be torn down when their process ended; it belongs to none of them.
    Leftover {
        /// What it is: ``fixture `it::stores::dataset` ``, `the shared container`.
        what: String,
        /// Where it is declared, `FILE:LINE:COLUMN`; empty if nowhere.
        place: String,
        /// How its teardown ended.
        #[serde(flatten)]
        ending: Ending,
    },
    /// It ended.
    End {
        /// How long it took, in microseconds of a monotonic clock.
        duration_us: u64,
        /// How it ended. The backend's word counts where it knows better, as with `#[should_panic]`.
        #[serde(flatten)]
        ending: Ending,
    },
}
