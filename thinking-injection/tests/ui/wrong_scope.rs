//! The scopes are named.

extern crate thinking_injection as thinking;

#[thinking::component(scope = session)]
struct Wrong;

fn main() {
    let _ = Wrong;
}
