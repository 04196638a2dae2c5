//! `teardown` takes the value, the outcome, both or nothing.

use thinking_tests::test;

struct Store;

fn open() -> Store {
    Store
}

fn close(_store: Store) {}

fn close_number(_number: u32) {}

fn counts(_store: Store) -> u32 {
    0
}

#[test(crate = thinking_tests, setup = open, teardown = close_number)]
fn another_type(setup: &Store) {
    let _ = setup;
}

#[test(crate = thinking_tests, setup = open, teardown = close)]
fn nothing_left(setup: Store) {
    drop(setup);
}

#[test(crate = thinking_tests, setup = open, teardown = counts)]
fn another_result() {}
