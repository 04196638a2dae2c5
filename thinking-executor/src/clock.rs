//! What a session knows of time, so that tests can stand in for it.

use std::fmt::Debug;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Measures and waits: how long steps take, the pauses between attempts, time limits.
///
/// The calendar is not asked for any of it, so a clock that is set back does no harm.
pub trait Clock: Debug + Send + Sync {
    /// Returns the time since a moment that stays the same; it never goes back.
    fn now(&self) -> Duration;

    /// Waits until this time has passed or the bell rings.
    fn wait(&self, time: Duration, bell: &Bell);
}

/// The machine's monotonic clock.
#[derive(Debug, Clone)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// Begins to count.
    pub fn new() -> SystemClock {
        SystemClock { origin: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> SystemClock {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    fn wait(&self, time: Duration, bell: &Bell) {
        bell.wait(time);
    }
}

/// Ends a wait early. It rings once, and then stays so.
#[derive(Debug, Default)]
pub struct Bell {
    rang: Mutex<bool>,
    changed: Condvar,
}

impl Bell {
    /// Ends every wait for it, also those to come.
    pub fn ring(&self) {
        *self.rang.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Tells whether it rang.
    pub fn rang(&self) -> bool {
        *self.rang.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it rings, at most for this time by the machine's clock.
    pub fn wait(&self, time: Duration) {
        let rang = self.rang.lock().unwrap_or_else(PoisonError::into_inner);
        // Poisoned or not, the wait is over; nothing is read from it.
        let _ = self.changed.wait_timeout_while(rang, time, |rang| !*rang);
    }
}
