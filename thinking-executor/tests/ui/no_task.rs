//! Only tasks are run.

extern crate thinking_executor as thinking;

use thinking::{ExecutorError, Stage, stage};

fn helper() -> Result<u32, std::fmt::Error> {
    Ok(1)
}

#[stage]
fn wrong(stage: &Stage) -> Result<(), ExecutorError> {
    stage.run(helper())?;
    Ok(())
}

fn main() {}
