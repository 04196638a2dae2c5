//! A test returns nothing, or a result of nothing.

use thinking_tests::test;

#[test(crate = thinking_tests)]
fn number() -> u32 {
    7
}
