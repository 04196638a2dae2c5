//! Experiments as a program runs them: sessions, changes, crashes.

extern crate thinking_executor as thinking;

mod change;
mod disk;
mod faults;
mod lab;
mod resume;
mod rows;
mod state;
