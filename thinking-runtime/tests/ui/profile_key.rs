//! A table of the file has this name already.

extern crate thinking_runtime as thinking;

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "wrong")]
struct Wrong {
    profile: String,
}

fn main() {}
