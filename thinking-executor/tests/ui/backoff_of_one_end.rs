//! A backoff is one pause, or the first and the longest.

extern crate thinking_executor as thinking;

use thinking::step;

#[step(retries = 3, backoff = "1s"..)]
fn open() -> Result<(), std::fmt::Error> {
    Ok(())
}

#[step(retries = 3, backoff = "1m".."1s")]
fn reversed() -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {
    let _ = (open(), reversed());
}
