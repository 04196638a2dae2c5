//! A step is a leaf.

extern crate thinking_executor as thinking;

use thinking::{Stage, step};

#[step]
fn wrong(stage: &Stage) -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {}
