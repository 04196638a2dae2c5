//! The other derive is missing.

extern crate thinking_runtime as thinking;

#[derive(thinking::Facet)]
#[facet(name = "wrong")]
struct Wrong {
    count: u32,
}

fn main() {}
