//! Components and containers as a program uses them.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

extern crate thinking_injection as thinking;

mod attributes;
mod lifecycle;
mod lineage;
mod ui;
mod wiring;
