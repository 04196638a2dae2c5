//! Components and containers as a program uses them.

extern crate thinking_injection as thinking;

mod attributes;
mod lifecycle;
mod lineage;
mod ui;
mod wiring;
