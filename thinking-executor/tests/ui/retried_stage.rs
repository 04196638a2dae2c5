//! What is retried is a step.

extern crate thinking_executor as thinking;

use thinking::{Stage, stage};

#[stage(retries = 3)]
fn wrong(stage: &Stage) -> Result<(), std::fmt::Error> {
    let _ = stage;
    Ok(())
}

fn main() {}
