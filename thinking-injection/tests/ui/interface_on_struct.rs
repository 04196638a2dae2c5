//! Only a trait can be provided by many.

extern crate thinking_injection as thinking;

#[thinking::interface]
struct Wrong;

fn main() {
    let _ = Wrong;
}
