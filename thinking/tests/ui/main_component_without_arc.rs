//! A component is shared, so it is asked for behind an `Arc`.

use thinking::prelude::*;

#[component]
struct Clock;

#[thinking::main]
fn main(clock: &Clock) {
    let _ = clock;
}
