//! A name is one of a file, of a variable and of a flag.

extern crate thinking_runtime as thinking;

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "Training")]
struct UpperCase {
    count: u32,
}

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "my__training")]
struct TwoUnderscores {
    count: u32,
}

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "training_")]
struct UnderscoreAtTheEnd {
    count: u32,
}

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "")]
struct Empty {
    count: u32,
}

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "training.toml")]
struct File {
    count: u32,
}

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = training)]
struct NoText {
    count: u32,
}

fn main() {}
