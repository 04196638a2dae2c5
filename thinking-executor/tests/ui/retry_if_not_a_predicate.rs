//! A predicate gets any error, by reference.

extern crate thinking_executor as thinking;

use thinking::step;

#[step(retries = 3, retry_if = is_busy)]
fn wrong() -> Result<(), std::fmt::Error> {
    Ok(())
}

fn is_busy(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::ResourceBusy
}

fn main() {
    let _ = wrong();
}
