//! The integration tests of `thinking-tests`.
#![allow(clippy::unwrap_used, reason = "the lint knows test functions, but not what they call")]
#![allow(clippy::print_stderr, reason = "a test without its browser has to say so")]

extern crate thinking_injection as thinking;

mod cases;
mod fixtures;
mod options;
mod outcomes;
#[cfg(feature = "front")]
mod page;
mod ui;
