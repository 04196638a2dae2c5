//! The integration tests of `thinking-tests`.
#![allow(clippy::unwrap_used, reason = "the lint knows test functions, but not what they call")]
#![allow(clippy::print_stderr, reason = "a test without its browser has to say so")]

#[cfg(feature = "front")]
mod browser;
mod cases;
#[cfg(feature = "front")]
mod hostile_page;
#[cfg(feature = "front")]
mod junit;
#[cfg(feature = "front")]
mod page;
#[cfg(feature = "front")]
mod sample;
