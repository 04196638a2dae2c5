//! The integration tests of `thinking-tests`.
#![allow(
    clippy::unwrap_used,
    reason = "the lint knows test functions, but not what they call"
)]

mod cases;
#[cfg(feature = "front")]
mod page;
