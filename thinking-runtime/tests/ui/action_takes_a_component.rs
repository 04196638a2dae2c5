//! Components do not exist yet.

extern crate thinking_runtime as thinking;

use std::sync::Arc;

struct Clock;

#[thinking::action]
fn starts(clock: Arc<Clock>) {
    let _ = clock;
}

#[thinking::action]
fn counts(count: u32) {
    let _ = count;
}

fn main() {}
