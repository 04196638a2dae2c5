//! A clock that stands still until it is told to go on, and a log that can be waited for.

use std::io;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use thinking::{Bell, Clock};
use tracing::subscriber::{DefaultGuard, set_default};

/// How often a thread that watches a time limit looks at the clock. Nothing depends on it.
const LOOK: Duration = Duration::from_millis(1);

/// A clock. Whoever waits on the thread of the test lets its time pass; clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Time {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    now: Duration,
    waits: Vec<Duration>,
    during_wait: Option<fn()>,
}

impl Time {
    pub(crate) fn pass(&self, time: Duration) {
        self.state.lock().unwrap().now += time;
    }

    /// The waits so far.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.state.lock().unwrap().waits.clone()
    }

    /// Does something whenever somebody waits.
    pub(crate) fn during_waits(&self, what: fn()) {
        self.state.lock().unwrap().during_wait = Some(what);
    }
}

impl Clock for Time {
    fn now(&self) -> Duration {
        self.state.lock().unwrap().now
    }

    fn wait(&self, time: Duration, bell: &Bell) {
        if std::thread::current().name() == Some("time-limit") {
            return bell.wait(LOOK);
        }
        let mut state = self.state.lock().unwrap();
        state.waits.push(time);
        state.now += time;
        let during_wait = state.during_wait;
        drop(state);
        during_wait.into_iter().for_each(|what| what());
    }
}

/// The lines of the log; clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    shared: Arc<(Mutex<String>, Condvar)>,
}

impl Log {
    /// Collects what this thread logs, and those that log in its name, until the guard is dropped.
    pub(crate) fn collect() -> (Log, DefaultGuard) {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .without_time()
            .with_target(false)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        (log, set_default(subscriber))
    }

    /// Waits until the log holds a text.
    pub(crate) fn wait_for(&self, text: &str) {
        let (lines, changed) = &*self.shared;
        let lines = lines.lock().unwrap();
        drop(changed.wait_while(lines, |lines| !lines.contains(text)).unwrap());
    }

    /// Returns the warnings, without the spans.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let lines = self.shared.0.lock().unwrap();
        let warnings = lines.lines().filter_map(|line| line.trim().strip_prefix("WARN "));
        warnings
            .map(|line| line.rsplit_once("}: ").map_or(line, |(_, text)| text).to_owned())
            .collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (lines, changed) = &*self.shared;
        lines.lock().unwrap().push_str(std::str::from_utf8(bytes).unwrap());
        changed.notify_all();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
