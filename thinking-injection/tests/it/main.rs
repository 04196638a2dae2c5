//! Components and containers as a program uses them.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

extern crate thinking_injection as thinking;

mod asynchronous;
mod attributes;
mod choosing;
mod decided;
mod findings;
mod lifecycle;
mod lineage;
mod objects;
mod overrides;
mod parallel;
mod scopes;
mod shapes;
mod threads;
mod tracked;
mod ui;
mod watch;
mod why;
mod wiring;
