//! Experiments as a program runs them: sessions, changes, crashes.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]
#![allow(
    clippy::needless_question_mark,
    reason = "the attributes turn every error into one type, which a task may have already"
)]

extern crate thinking_executor as thinking;

mod artifacts;
mod change;
mod faults;
mod garbage;
mod golden;
mod groups;
mod imperative;
mod lab;
mod resume;
mod rows;
mod scopes;
mod signals;
mod simulated;
mod state;
mod store;
mod tracked;
mod ui;
mod verify;
mod view;
mod writes;
