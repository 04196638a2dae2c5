//! The attribute stands on a function.

extern crate thinking_executor as thinking;

use thinking::step;

#[step]
struct Wrong;

fn main() {}
