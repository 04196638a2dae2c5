//! Durations are texts as people write them.

extern crate thinking_executor as thinking;

use thinking::step;

#[step(timeout = "10 parsecs")]
fn far() -> Result<(), std::fmt::Error> {
    Ok(())
}

#[step(timeout = "0s")]
fn never() -> Result<(), std::fmt::Error> {
    Ok(())
}

#[step(timeout = 10)]
fn bare() -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {
    let _ = (far(), never(), bare());
}
