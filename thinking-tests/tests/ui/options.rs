//! Values that options cannot have.

use thinking_tests::test;

#[test(crate = thinking_tests, timeout = "30 parsecs")]
fn no_duration() {}

#[test(crate = thinking_tests, timeout = 30)]
fn no_unit() {}

#[test(crate = thinking_tests, timeout = "0s")]
fn no_time() {}

#[test(crate = thinking_tests, retries = -1)]
fn negative() {}

#[test(crate = thinking_tests, tags("not fast"))]
fn tag_with_a_space() {}

#[test(crate = thinking_tests, tags())]
fn no_tag() {}

#[test(crate = thinking_tests, tags(slow))]
fn tag_without_quotes() {}

#[test(crate = thinking_tests, exclusive = 3)]
fn no_resource() {}

#[test(crate = thinking_tests, retries = 1, retries = 2)]
fn twice() {}

#[test(crate = thinking_tests, with)]
fn with_nothing() {}

#[test(crate = thinking_tests, with(fake_clock))]
fn with_no_value() {}

#[test(crate = thinking_tests, share, profile = "gpu")]
fn shared_and_changed() {}

#[test(crate = thinking_tests, tag = "slow")]
fn unknown() {}
