//! A section is a table of a facet: a struct with named fields.

extern crate thinking_runtime as thinking;

use thinking::Section;

#[derive(Section)]
enum Choice {
    One,
}

#[derive(Section)]
struct Wrapped(u32);

#[derive(Section)]
#[section(name = "table")]
struct Named {
    /// A key.
    key: u32,
}

fn main() {}
