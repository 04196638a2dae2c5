//! The project's own commands: test, ci, tidy, bench.

fn main() {}
