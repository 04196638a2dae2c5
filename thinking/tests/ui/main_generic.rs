//! Nobody could say for which type.

#[thinking::main]
fn main<T>() {}
