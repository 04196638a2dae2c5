//! A step runs on its thread.

extern crate thinking_executor as thinking;

use thinking::step;

#[step]
async fn wrong() -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {}
