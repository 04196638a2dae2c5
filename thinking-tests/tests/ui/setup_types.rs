//! What `setup` asks for can be injected, and what it returns is what the test takes.

use std::sync::Arc;
use thinking_tests::test;

fn open(number: u32) -> String {
    number.to_string()
}

fn seven(_text: Arc<String>) -> u32 {
    7
}

fn no_error() -> Result<u32, ()> {
    Ok(7)
}

#[test(crate = thinking_tests, setup = open)]
fn not_injectable(setup: String) {
    drop(setup);
}

#[test(crate = thinking_tests, setup = seven)]
fn another_type(setup: String) {
    drop(setup);
}

#[test(crate = thinking_tests, setup = 7)]
fn no_function() {}

#[test(crate = thinking_tests, setup = no_error)]
fn no_error_of_a_result() {}
