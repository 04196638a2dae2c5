//! Experiments as a program runs them: sessions, changes, crashes.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]
#![allow(
    clippy::needless_question_mark,
    reason = "the attributes turn every error into one type, which a task may have already"
)]

extern crate thinking_executor as thinking;

mod artifacts;
mod branches;
mod change;
mod disk;
mod faults;
mod kept;
mod lab;
mod plan;
mod renamed;
mod resume;
mod rows;
mod scopes;
mod signals;
mod state;
mod store;
mod ui;
mod view;
