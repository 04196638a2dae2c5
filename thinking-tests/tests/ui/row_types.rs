//! Values of rows have the types of the parameters; what no row fills is injected.

use std::sync::Arc;
use thinking_tests::test;

#[test(crate = thinking_tests)]
#[row(1, "two")]
fn another_type(a: u32, b: u32) {
    let _ = (a, b);
}

#[test(crate = thinking_tests)]
#[row(1, 2)]
fn for_what_is_injected(a: u32, b: Arc<String>) {
    let _ = (a, b);
}

#[test(crate = thinking_tests)]
#[row(1)]
fn too_few(a: u32, b: u32) {
    let _ = (a, b);
}
