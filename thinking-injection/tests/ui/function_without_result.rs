//! A function provides what it returns.

extern crate thinking_injection as thinking;

#[thinking::component]
fn wrong() {}

fn main() {
    wrong();
}
