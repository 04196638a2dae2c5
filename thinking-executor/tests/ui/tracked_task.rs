//! A task's code counts without being tracked.

extern crate thinking_executor as thinking;

use thinking::{Stage, Tx, stage, step, tracked};
use thinking_injection::BoxError;

#[step]
#[tracked]
fn below(_tx: &mut Tx) -> Result<(), BoxError> {
    Ok(())
}

#[tracked]
#[stage]
fn above(_stage: &Stage) -> Result<(), BoxError> {
    Ok(())
}

fn main() {
    let _ = above();
}
