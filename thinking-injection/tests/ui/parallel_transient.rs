//! Only what a container has once is built ahead.

extern crate thinking_injection as thinking;

#[thinking::component(parallel, scope = transient)]
struct Wrong;

fn main() {
    let _ = Wrong;
}
