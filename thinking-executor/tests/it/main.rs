//! Experiments as a program runs them: sessions, changes, crashes.

extern crate thinking_executor as thinking;

mod artifacts;
mod change;
mod disk;
mod faults;
mod lab;
mod resume;
mod rows;
mod signals;
mod state;
mod store;
mod view;
