//! An `async` step needs a feature.

extern crate thinking_executor as thinking;

use thinking::step;

#[step]
async fn wrong() -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {}
