//! Arguments are kept.

extern crate thinking_executor as thinking;

use thinking::step;

#[step]
fn wrong(name: &str) -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {}
