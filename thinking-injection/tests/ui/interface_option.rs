//! An interface has no options of its own.

extern crate thinking_injection as thinking;

#[thinking::interface(primary)]
trait Wrong: Send + Sync {}

impl Wrong for () {}

fn main() {}
