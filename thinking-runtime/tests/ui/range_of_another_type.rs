//! A range has the type of its field.

extern crate thinking_runtime as thinking;

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "wrong")]
struct Wrong {
    #[facet(range = 0.0..=1.0)]
    count: u32,
    #[facet(range = 7)]
    other: u32,
}

fn main() {}
