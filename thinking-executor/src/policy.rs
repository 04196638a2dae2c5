//! How often a step is tried, with which pauses, and how long it may take.

use std::error::Error;
use std::time::Duration;

/// How a step is executed: no part of what its result depends on.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    pub(crate) retries: u32,
    /// The first pause and the longest one.
    pub(crate) backoff: (Duration, Duration),
    pub(crate) jitter: bool,
    pub(crate) retry_if: Option<RetryIf>,
    pub(crate) timeout: Option<Duration>,
}

/// Says of an error whether another attempt may help.
pub(crate) type RetryIf = fn(&(dyn Error + 'static)) -> bool;

impl Policy {
    /// One attempt, for as long as it takes. With retries, pauses grow from a second to a minute.
    pub const fn new() -> Policy {
        Policy {
            retries: 0,
            backoff: (Duration::from_secs(1), Duration::from_secs(60)),
            jitter: true,
            retry_if: None,
            timeout: None,
        }
    }

    /// See [`Step::retries`](crate::Step::retries).
    pub const fn retries(mut self, retries: u32) -> Policy {
        self.retries = retries;
        self
    }

    /// See [`Step::backoff`](crate::Step::backoff).
    pub const fn backoff(mut self, first: Duration, longest: Duration) -> Policy {
        self.backoff = (first, longest);
        self
    }

    /// See [`Step::jitter`](crate::Step::jitter).
    pub const fn jitter(mut self, jitter: bool) -> Policy {
        self.jitter = jitter;
        self
    }

    /// See [`Step::retry_if`](crate::Step::retry_if).
    pub const fn retry_if(mut self, predicate: RetryIf) -> Policy {
        self.retry_if = Some(predicate);
        self
    }

    /// See [`Step::timeout`](crate::Step::timeout).
    pub const fn timeout(mut self, limit: Duration) -> Policy {
        self.timeout = Some(limit);
        self
    }

    /// Returns how many attempts there are at most.
    pub(crate) fn attempts(&self) -> u32 {
        self.retries.saturating_add(1)
    }

    /// Returns how long to wait after an attempt that failed, counted from 1. Each pause is twice
    /// the one before it, until the longest. `chance`, from 0 to 1, says where between a half and
    /// the whole of it jitter falls.
    pub(crate) fn pause(&self, attempt: u32, chance: f64) -> Duration {
        let (first, longest) = self.backoff;
        let doublings = attempt.saturating_sub(1).min(31);
        let pause = first.saturating_mul(1 << doublings).min(longest.max(first));
        match self.jitter {
            true => (pause / 2).saturating_add((pause / 2).mul_f64(chance.clamp(0.0, 1.0))),
            false => pause,
        }
    }
}

impl Default for Policy {
    fn default() -> Policy {
        Policy::new()
    }
}

#[cfg(test)]
mod tests;
