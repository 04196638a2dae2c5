//! `#[facet(default)]` needs the type's `Default`, and its values.

extern crate thinking_runtime as thinking;

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "wrong", default)]
struct Wrong {
    count: u32,
}

fn main() {}
