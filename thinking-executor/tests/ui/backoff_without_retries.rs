//! An option without effect is a mistake.

extern crate thinking_executor as thinking;

use thinking::step;

#[step(backoff = "1s".."1m", timeout = "1h")]
fn wrong() -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {
    let _ = wrong();
}
