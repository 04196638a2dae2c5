//! Follows the guide: its files are written, its commands are run, and they have to say what it
//! says.
//!
//! With `UPDATE_EXPECT` set, what commands say is written into the guide instead.

mod chapter;
mod output;

use chapter::follow;

#[test]
fn configuration() {
    follow("configuration.md");
}

#[test]
fn profiles() {
    follow("profiles.md");
}

#[test]
fn logging() {
    follow("logging.md");
}

#[test]
fn failures() {
    follow("failures.md");
}

#[test]
fn start_up() {
    follow("start-up.md");
}
