//! A finished step is skipped anyway.

extern crate thinking_executor as thinking;

use thinking::step;

#[step(sealed)]
fn wrong() -> Result<u32, std::fmt::Error> {
    Ok(1)
}

fn main() {}
