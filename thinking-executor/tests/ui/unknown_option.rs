//! The options are listed.

extern crate thinking_executor as thinking;

use thinking::step;

#[step(name = "other")]
fn wrong() -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {}
