//! Fixtures that are declared or asked for in ways that cannot be.

use thinking_tests::{fixture, test};

#[fixture(crate = thinking_tests, scope = "session")]
fn unknown_scope() -> u32 {
    7
}

#[fixture(crate = thinking_tests, autouse)]
fn unknown_option() -> u32 {
    7
}

#[fixture(crate = thinking_tests)]
fn no_value() {}

#[fixture(crate = thinking_tests)]
fn generic<T: Default>() -> T {
    T::default()
}

#[test(crate = thinking_tests)]
fn to_change(unknown_scope: &mut u32) {}

#[test(crate = thinking_tests)]
fn by_value(#[from(unknown_scope)] number: u32) {}

#[test(crate = thinking_tests)]
fn no_path(#[from = "unknown_scope"] number: &u32) {}

#[test(crate = thinking_tests)]
fn no_name((a, b): &(u32, u32)) {}
