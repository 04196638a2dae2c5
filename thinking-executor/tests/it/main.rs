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
mod checkpoints;
mod clock;
mod ends;
mod faults;
mod garbage;
mod golden;
mod groups;
mod handled;
mod imperative;
mod kept;
mod lab;
mod plan;
mod renamed;
mod results;
mod resume;
mod retries;
mod rows;
mod scopes;
mod scripted;
mod sealed;
mod signals;
mod simulated;
mod state;
mod store;
mod time_limits;
mod tracked;
mod ui;
mod verify;
mod view;
mod writes;
