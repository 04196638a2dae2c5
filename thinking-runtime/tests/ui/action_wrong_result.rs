//! An action returns nothing, or a result of it.

extern crate thinking_runtime as thinking;

#[thinking::action]
fn counts() -> u32 {
    3
}

#[thinking::action]
fn tries() -> Result<u32, std::io::Error> {
    Ok(3)
}

fn main() {}
