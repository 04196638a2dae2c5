//! Both programs as their users meet them, each test in a root of its own.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod arguments;
mod jail;
mod operator;
mod own_history;
mod piped;
mod readme;
mod settings;
mod terminal;
