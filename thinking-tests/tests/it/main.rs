//! The integration tests of `thinking-tests`.
#![allow(clippy::unwrap_used, reason = "the lint knows test functions, but not what they call")]
#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "what a test prints is what it is about"
)]

#[cfg(feature = "front")]
mod browser;
extern crate thinking_injection as thinking;

mod aspects;
mod cases;
mod child;
mod fixture_life;
mod fixtures;
#[cfg(feature = "front")]
mod hostile_page;
#[cfg(feature = "front")]
mod junit;
mod limits;
mod logs;
mod options;
mod outcomes;
#[cfg(feature = "front")]
mod page;
mod running;
#[cfg(feature = "front")]
mod sample;
mod stage_output;
mod stages;
mod ui;
