//! `with` takes what can answer where something is asked for.

use std::sync::Arc;
use thinking_tests::test;

trait Clock: Send + Sync {}

struct Frozen;

fn frozen() -> Frozen {
    Frozen
}

#[test(crate = thinking_tests, with = frozen)]
fn not_shared() {}

#[test(crate = thinking_tests, with(dyn Clock = Frozen))]
fn no_clock(clock: Arc<dyn Clock>) {
    drop(clock);
}
