//! Keys have names; what uses the type compiles.

extern crate thinking_runtime as thinking;

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "wrong")]
struct Wrong(u32, u32);

fn used(config: thinking::Config<Wrong>) -> u32 {
    config.0
}

fn main() {
    let _ = used;
}
