//! Unknown options name the known ones.

extern crate thinking_injection as thinking;

#[thinking::component(provide = dyn std::fmt::Debug)]
struct Wrong;

fn main() {
    let _ = Wrong;
}
