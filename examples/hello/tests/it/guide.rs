//! Follows the guide: its files are written, its commands are run, and they have to say what it
//! says.
//!
//! With `UPDATE_EXPECT` set, what commands say is written into the guide instead.

mod chapter;
mod output;

use chapter::{Program, follow};

const HELLO: Program = Program {
    executable: env!("CARGO_BIN_EXE_hello"),
    package: env!("CARGO_MANIFEST_DIR"),
    files: &[],
};

#[test]
fn configuration() {
    follow("configuration.md", HELLO);
}

#[test]
fn profiles() {
    follow("profiles.md", HELLO);
}

#[test]
fn logging() {
    follow("logging.md", HELLO);
}

#[test]
fn failures() {
    follow("failures.md", HELLO);
}

#[test]
fn start_up() {
    follow("start-up.md", HELLO);
}
