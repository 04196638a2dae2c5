//! Experiments as a program runs them: sessions, changes, crashes.

extern crate thinking_executor as thinking;

mod change;
mod lab;
mod resume;
mod rows;
mod state;
