//! Nobody could say for which type.

#[thinking::test]
fn case<T>() {}

fn main() {}
