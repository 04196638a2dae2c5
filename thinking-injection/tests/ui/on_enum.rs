//! Only structs and functions are components.

extern crate thinking_injection as thinking;

#[thinking::component]
enum Wrong {
    One,
}

fn main() {
    let _ = Wrong::One;
}
