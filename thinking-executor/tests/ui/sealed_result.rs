//! What a sealed stage returns is kept in the store.

extern crate thinking_executor as thinking;

use thinking::{Stage, stage};

struct Outcome {
    loss: f64,
}

#[stage(sealed)]
fn wrong(stage: &Stage) -> Result<Outcome, std::fmt::Error> {
    let _ = stage;
    Ok(Outcome { loss: 0.5 })
}

#[stage]
fn right(stage: &Stage) -> Result<Outcome, thinking::ExecutorError> {
    let outcome = stage.run(wrong())?;
    assert!(outcome.loss > 0.0);
    Ok(outcome)
}

fn main() {}
