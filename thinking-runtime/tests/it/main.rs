//! The runtime as a program meets it: files at a root, an environment, a command line.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

extern crate thinking_runtime as thinking;

mod any;
mod checks;
mod facets;
mod jail;
mod layers;
mod logging;
mod reads;
mod root;
mod secrets;
mod shown;
mod tracked;
mod ui;
mod values;
