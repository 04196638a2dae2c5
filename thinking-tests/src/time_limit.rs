//! Time limits of cases: who watches them, and what happens when one is over.

/// Says who watches the time limits of cases: the process of each case itself, unless it is
/// [`TIMEOUTS_OF_BACKEND`].
pub const TIMEOUTS_VARIABLE: &str = "THINKING_TEST_TIMEOUTS";

/// The value of [`TIMEOUTS_VARIABLE`] with which a backend watches, as cargo-nextest does.
pub const TIMEOUTS_OF_BACKEND: &str = "backend";

/// Sets the time limit, in milliseconds, of cases that have none of their own.
pub const TIMEOUT_MS_VARIABLE: &str = "THINKING_TEST_TIMEOUT_MS";

/// Says that a case was not done in time.
#[cfg(any(feature = "cases", feature = "front"))]
pub(crate) fn too_long(limit: std::time::Duration) -> String {
    format!("took longer than its time limit of {limit:?}")
}

/// Says what a case was at when its time was over.
#[cfg(any(feature = "cases", feature = "front"))]
pub(crate) fn was_running(stage: crate::stage::Stage) -> String {
    format!("; the {stage} was running")
}
