//! Follows the chapters of the guide that are about this program; see `examples/hello`.

#[path = "../../../hello/tests/it/guide/chapter.rs"]
mod chapter;
#[path = "../../../hello/tests/it/guide/output.rs"]
mod output;

use chapter::{Program, follow};

use crate::jail::FILES;

const DIGITS: Program = Program {
    executable: env!("CARGO_BIN_EXE_digits"),
    package: env!("CARGO_MANIFEST_DIR"),
    files: &FILES,
};

#[test]
fn steps() {
    follow("steps.md", DIGITS);
}

#[test]
fn state() {
    follow("state.md", DIGITS);
}

#[test]
fn changes() {
    follow("changes.md", DIGITS);
}

#[test]
fn going_back() {
    follow("going-back.md", DIGITS);
}
