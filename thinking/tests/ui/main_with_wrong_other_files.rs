//! The names stand in parentheses.

#[thinking::main(other_files = "beacon.toml")]
fn main() {}
