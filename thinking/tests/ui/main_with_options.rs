//! The attribute takes no options of its own.

#[thinking::main(threads = 4)]
fn main() {}
