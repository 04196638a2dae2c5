//! The message points at the field's type.

extern crate thinking_injection as thinking;

#[thinking::component]
struct Wrong {
    count: u32,
}

fn main() {}
