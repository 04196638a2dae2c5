//! The integration tests of the project's own commands.
#![allow(clippy::unwrap_used, reason = "the lint knows test functions, but not what they call")]

mod coverage;
mod model;
mod modules_command;
mod outside;
mod selection;
mod test_command;
