//! A stage cannot write.

extern crate thinking_executor as thinking;

use thinking::{Tx, stage};

#[stage]
fn wrong(tx: &mut Tx) -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {}
