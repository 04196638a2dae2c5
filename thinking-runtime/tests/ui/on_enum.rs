//! Keys are fields, and an enumeration has none; what uses the type compiles.

extern crate thinking_runtime as thinking;

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "wrong")]
enum Wrong {
    One,
}

fn used(config: thinking::Config<Wrong>) -> bool {
    matches!(**config, Wrong::One)
}

fn main() {
    let _ = used;
}
