//! `setup` is a parameter's name with a meaning.

use thinking_tests::test;

#[test(crate = thinking_tests)]
fn missing(setup: u32) {}

#[test(crate = thinking_tests, setup)]
fn no_function() {}
