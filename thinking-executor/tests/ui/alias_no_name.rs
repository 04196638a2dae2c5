//! An alias is a name that a function can have.

extern crate thinking_executor as thinking;

use thinking::{Stage, stage, step};

#[step(alias = "train/epoch")]
fn wrong() -> Result<(), std::fmt::Error> {
    Ok(())
}

#[stage(alias = 3)]
fn worse(stage: &Stage) -> Result<(), std::fmt::Error> {
    // A use of what has a mistake is none.
    let _ = stage.run(wrong());
    Ok(())
}

fn main() {}
