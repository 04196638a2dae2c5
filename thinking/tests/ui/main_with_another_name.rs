//! The attribute on a function that is not `main`.

#[thinking::main]
fn start() {}
