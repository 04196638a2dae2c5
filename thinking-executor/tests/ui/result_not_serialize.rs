//! A result is kept in the store.

extern crate thinking_executor as thinking;

use thinking::{ExecutorError, Stage, stage, step};

struct Outcome {
    loss: f64,
}

#[step]
fn measure() -> Result<Outcome, std::fmt::Error> {
    Ok(Outcome { loss: 0.5 })
}

#[stage]
fn wrong(stage: &Stage) -> Result<f64, ExecutorError> {
    Ok(stage.run(measure())?.loss)
}

fn main() {}
