//! Where values of parameters cannot stand.

use std::sync::Arc;

#[thinking_tests::test(crate = thinking_tests)]
#[row(1)]
fn has_a_row(#[values(1, 2)] number: u32) {
    let _ = number;
}

#[thinking_tests::test(crate = thinking_tests)]
fn behind_what_is_injected(text: Arc<String>, #[values(1, 2)] number: u32) {
    let _ = (text, number);
}

#[thinking_tests::test(crate = thinking_tests)]
fn none(#[values()] number: u32) {
    let _ = number;
}

#[thinking_tests::test(crate = thinking_tests)]
fn without_a_name(#[values((1, 2))] (a, b): (u32, u32)) {
    let _ = (a, b);
}

fn main() {}
