//! A result that says nothing to the process.

#[thinking::main]
fn main() -> u32 {
    7
}
