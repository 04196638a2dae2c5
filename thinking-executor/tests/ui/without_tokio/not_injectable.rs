//! The message points at the parameter's type.

extern crate thinking_executor as thinking;

use thinking::step;

#[step]
fn wrong(#[inject] count: u32) -> Result<u32, std::fmt::Error> {
    Ok(count)
}

fn main() {}
