//! Without keys there is nothing to set.

extern crate thinking_runtime as thinking;

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "wrong")]
struct Wrong;

fn main() {}
