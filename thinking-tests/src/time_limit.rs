//! Time limits of cases: who watches them, and what happens when one is over.

#[cfg(feature = "cases")]
mod watchdog;

#[cfg(feature = "cases")]
pub(crate) use watchdog::Watchdog;

/// Says who watches the time limits of cases: the process of each case itself, unless it is
/// [`TIMEOUTS_OF_BACKEND`].
pub const TIMEOUTS_VARIABLE: &str = "THINKING_TEST_TIMEOUTS";

/// The value of [`TIMEOUTS_VARIABLE`] with which a backend watches, as cargo-nextest does.
pub const TIMEOUTS_OF_BACKEND: &str = "backend";

/// Sets the time limit, in milliseconds, of cases that have none of their own.
pub const TIMEOUT_MS_VARIABLE: &str = "THINKING_TEST_TIMEOUT_MS";
