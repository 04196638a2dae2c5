//! A step can fail.

extern crate thinking_executor as thinking;

use thinking::step;

#[step]
fn wrong(n: u32) -> u32 {
    n
}

fn main() {}
