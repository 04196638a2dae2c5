//! Nothing could be read into a union.

extern crate thinking_runtime as thinking;

#[derive(thinking::Facet)]
#[facet(name = "wrong")]
union Wrong {
    one: u32,
}

fn main() {
    let _ = Wrong { one: 1 };
}
