//! Setups and teardowns, and what comes of each of them that goes wrong.

use thinking::prelude::Outcome;
use thinking::tests;

fn open() -> u32 {
    println!("opened");
    7
}

fn open_badly() -> Result<u32, String> {
    println!("tried to open");
    Err("cannot open".to_owned())
}

fn open_wrongly() -> u32 {
    let found = 6;
    assert_eq!(found, 7, "opened another");
    found
}

fn close(value: u32, outcome: Outcome) {
    println!("closed {value}: {}", matches!(outcome, Outcome::Success));
}

fn close_badly(_: u32) -> Result<(), String> {
    Err("cannot close".to_owned())
}

fn close_wrongly(value: u32) {
    assert_eq!(value, 8, "closed another");
}

#[thinking::test(setup = open, teardown = close)]
fn all_pass(setup: &u32) {
    println!("used {setup}");
    eprintln!("and told");
}

#[thinking::test(setup = open_badly, teardown = close)]
fn setup_returns() {}

#[thinking::test(setup = open_wrongly, teardown = close)]
fn setup_asserts() {}

#[thinking::test(setup = open, teardown = close)]
fn body_asserts(setup: &u32) {
    assert_eq!(*setup, 1, "body differs");
}

#[thinking::test(setup = open, teardown = close_badly)]
fn body_and_teardown(setup: &u32) {
    assert_eq!(*setup, 2, "body counts");
}

#[thinking::test(setup = open, teardown = close_badly)]
fn teardown_returns() {}

#[thinking::test(setup = open, teardown = close_wrongly)]
fn teardown_asserts() {}

#[thinking::test(setup = || -> u32 { tests::skip("nothing to open") }, teardown = close_badly)]
fn setup_skips() {}

#[thinking::test(setup = open, teardown = close_badly)]
fn skips_and_cannot_close() {
    tests::skip("skipped too early");
}
