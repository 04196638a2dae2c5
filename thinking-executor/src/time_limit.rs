//! The time that one attempt at a step may take, and the thread that says when it passes.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use thiserror::Error;
use tracing::{Span, dispatcher};

use crate::clock::{Bell, Clock};
use crate::view::duration;

/// The error of a step that took longer than its time limit, whatever it returned.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("it took {}, and its time limit is {}", duration(*.took), duration(*.limit))]
pub struct TimedOut {
    /// How long it was allowed to take.
    pub limit: Duration,
    /// How long it took.
    pub took: Duration,
}

/// When an attempt has to be done.
#[derive(Debug, Clone)]
pub(crate) struct TimeLimit {
    clock: Arc<dyn Clock>,
    started: Duration,
    limit: Duration,
}

impl TimeLimit {
    /// Begins to count.
    pub(crate) fn start(clock: &Arc<dyn Clock>, limit: Duration) -> TimeLimit {
        TimeLimit { started: clock.now(), clock: clock.clone(), limit }
    }

    pub(crate) fn has_passed(&self) -> bool {
        self.elapsed() >= self.limit
    }

    /// Returns the error of a step that ends now, if it is too late.
    pub(crate) fn exceeded(&self) -> Result<(), TimedOut> {
        let took = self.elapsed();
        match took >= self.limit {
            true => Err(TimedOut { limit: self.limit, took }),
            false => Ok(()),
        }
    }

    fn elapsed(&self) -> Duration {
        self.clock.now().saturating_sub(self.started)
    }

    /// Begins to say in the log how much of the time has gone, until the value is dropped: the
    /// step itself may hang where nothing can be asked of it.
    pub(crate) fn watch(&self) -> Watch {
        let (limit, bell) = (self.clone(), Arc::new(Bell::default()));
        let (dispatch, span) = (dispatcher::get_default(Clone::clone), Span::current());
        let rings = bell.clone();
        let watch = move || {
            dispatcher::with_default(&dispatch, || span.in_scope(|| limit.report(&rings)));
        };
        let thread = thread::Builder::new().name("time-limit".to_owned()).spawn(watch);
        if let Err(error) = &thread {
            tracing::warn!("nobody watches the time limit: {error}");
        }
        Watch { bell, thread: thread.ok() }
    }

    fn report(&self, bell: &Bell) {
        let time = duration(self.limit);
        if self.reached(self.limit / 2, bell) {
            tracing::warn!("half of its {time} is gone");
        }
        if self.reached(self.limit, bell) {
            tracing::warn!(
                "its {time} is gone: it is asked to stop, and nothing it still does will be kept"
            );
        }
    }

    /// Waits until so much of the time is gone; false if the step ended before.
    fn reached(&self, part: Duration, bell: &Bell) -> bool {
        while !bell.rang() {
            match part.saturating_sub(self.elapsed()) {
                Duration::ZERO => return true,
                left => self.clock.wait(left, bell),
            }
        }
        false
    }
}

/// A thread that watches a time limit while the value exists.
pub(crate) struct Watch {
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.bell.ring();
        // It only writes to the log; a panic there has been reported.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
