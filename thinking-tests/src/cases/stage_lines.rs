//! Lines in the output of a case that say where each of its stages begins.

use crate::stage::Stage;

/// Writes `---- setup ----` to both streams, through what captures them. What was written before may
/// not end with a line, so all but the first of these lines have a line's end before them, which
/// belongs to them.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "it parts what a case prints")]
pub(crate) fn announce(stage: Stage) {
    let before = if stage == Stage::Setup { "" } else { "\n" };
    println!("{before}---- {stage} ----");
    eprintln!("{before}---- {stage} ----");
}
