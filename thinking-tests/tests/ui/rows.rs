//! Rows that do not fit their test or one another.

use std::sync::Arc;
use thinking_tests::test;

#[test(crate = thinking_tests)]
#[row(1, 2)]
#[row(1)]
#[row(1, 2, 3)]
fn lengths(a: u32, b: u32) {}

#[test(crate = thinking_tests)]
#[row(named("same"), 1)]
#[row(named("same"), 2)]
fn names(a: u32) {}

#[test(crate = thinking_tests)]
#[row()]
fn nothing(a: u32) {}

#[test(crate = thinking_tests)]
#[row(named(3), 1)]
fn no_name(a: u32) {}

#[test(crate = thinking_tests)]
#[row(named("…"), 1)]
fn no_letter(a: u32) {}

#[test(crate = thinking_tests)]
#[row(1)]
fn injected(#[inject(named = "one")] a: Arc<u32>) {}
