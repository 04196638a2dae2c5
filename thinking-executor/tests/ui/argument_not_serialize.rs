//! An argument is part of the record.

extern crate thinking_executor as thinking;

use thinking::step;

#[derive(Clone)]
struct Options {
    depth: u32,
}

#[step]
fn wrong(options: Options) -> Result<u32, std::fmt::Error> {
    Ok(options.depth)
}

fn main() {}
