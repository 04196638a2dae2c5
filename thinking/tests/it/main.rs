//! The attributes as a program meets them through the facade. How whole programs behave is tested
//! with those in `fixtures`.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod arguments;
mod async_tasks;
mod builder;
mod cases;
mod names;
mod ui;
