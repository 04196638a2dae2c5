//! Whether a name is a fixture, and of which type, only the compiler knows.

use thinking_tests::{fixture, test};

#[allow(non_camel_case_types)]
enum no_fixture {}

#[fixture(crate = thinking_tests)]
fn number() -> u32 {
    7
}

#[fixture(crate = thinking_tests, scope = "binary")]
fn too_long(number: &u32) -> u32 {
    *number
}

#[fixture(crate = thinking_tests)]
fn not_shareable() -> std::rc::Rc<u32> {
    std::rc::Rc::new(7)
}

#[fixture(crate = thinking_tests, teardown = |text: String| drop(text))]
fn torn_down() -> u32 {
    7
}

#[test(crate = thinking_tests)]
fn unknown(dataset: &u32) {
    let _ = dataset;
}

#[test(crate = thinking_tests)]
fn another_item(no_fixture: &u32) {
    let _ = no_fixture;
}

#[test(crate = thinking_tests)]
fn another_type(number: &String) {
    let _ = number;
}
