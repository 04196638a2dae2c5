//! Without the feature `tokio` nobody waits for a future.

use thinking_tests::{fixture, test};

#[fixture(crate = thinking_tests)]
async fn number() -> u32 {
    7
}

#[test(crate = thinking_tests)]
async fn case(number: &u32) {
    assert_eq!(*number, 7);
}
