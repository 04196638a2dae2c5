//! A step has one type.

extern crate thinking_executor as thinking;

use thinking::step;

#[step]
fn wrong<T: Clone>(value: T) -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {}
