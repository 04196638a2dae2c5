//! Ends the process of a case that takes too long.

use std::env;
use std::io::{self, Write};
use std::process;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use thinking_runtime::logging;

use crate::cases::current::Running;
use crate::sidecar::Sidecar;
use crate::stage::Ending;
use crate::time_limit::{
    TIMEOUT_MS_VARIABLE, TIMEOUTS_OF_BACKEND, TIMEOUTS_VARIABLE, too_long, was_running,
};

/// Watches one case, until this is dropped.
///
/// A thread cannot be ended from outside, so what takes too long ends the process, as an abort. The
/// runner names the case by its record and goes on with the others; without a runner the message on
/// standard error does.
#[derive(Debug)]
pub(crate) struct Watchdog {
    ended: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watchdog {
    /// Begins to watch `running`, if it has a time limit and no backend watches it.
    pub(crate) fn of(running: &Arc<Running>) -> Result<Option<Watchdog>, String> {
        let own = running.case.policy.timeout;
        let variable = env::var(TIMEOUT_MS_VARIABLE).ok();
        let watcher = env::var(TIMEOUTS_VARIABLE).ok();
        match limit(own, variable.as_deref(), watcher.as_deref())? {
            Some(limit) => Watchdog::start(running.clone(), limit).map(Some),
            None => Ok(None),
        }
    }

    fn start(running: Arc<Running>, limit: Duration) -> Result<Watchdog, String> {
        let (ended, end) = mpsc::channel();
        let watch = move || {
            if end.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                end_process(&running, limit);
            }
        };
        let thread = thread::Builder::new().name("time limit".to_owned()).spawn(watch);
        let failed =
            |error| format!("the time limit cannot be watched, as no thread starts: {error}");
        Ok(Watchdog { ended: Some(ended), thread: Some(thread.map_err(failed)?) })
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.ended.take());
        // If it is just ending the process, nothing else may happen before.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Returns the limit that holds for a case, from what it says itself and the two variables.
fn limit(
    own: Option<Duration>,
    variable: Option<&str>,
    watcher: Option<&str>,
) -> Result<Option<Duration>, String> {
    if watcher == Some(TIMEOUTS_OF_BACKEND) {
        return Ok(None);
    }
    let given = variable.map(|text| {
        let millis = text.parse().ok().filter(|millis| *millis > 0);
        millis.map(Duration::from_millis).ok_or_else(|| {
            format!(
                "`{TIMEOUT_MS_VARIABLE}` is `{text}`; it takes milliseconds, a whole number over 0"
            )
        })
    });
    match own {
        Some(own) => Ok(Some(own)),
        None => given.transpose(),
    }
}

fn end_process(running: &Running, limit: Duration) -> ! {
    let case = running.case;
    let (stage, since) = running.stage_since();
    let text = too_long(limit) + &was_running(stage);
    if let Some(sidecar) = Sidecar::current() {
        let ending = Ending::TimedOut(text.clone());
        sidecar.stage(case, stage, since.elapsed(), &ending);
        sidecar.end(case, running.started.elapsed(), &ending);
    }
    logging::flush();
    let message = format!(
        "\ncase `{}` ({}:{}:{}) {text}; the process is ended\n",
        case.name, case.file, case.line, case.column
    );
    // Past libtest's capture, which is lost with the process. Nobody is left to hear of an error.
    let _ = io::stderr().write_all(message.as_bytes());
    process::abort()
}

#[cfg(test)]
mod tests;
