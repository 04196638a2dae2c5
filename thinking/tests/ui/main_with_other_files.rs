//! Only files at the root can belong to another program.

#[thinking::main(other_files("beacon.toml", "settings/other.toml", "notes.txt"))]
fn main() {}
