//! One file has values of one type; what uses the type compiles.

extern crate thinking_runtime as thinking;

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "wrong")]
struct Wrong<T> {
    inner: T,
    count: u32,
}

fn used(config: thinking::Config<Wrong<String>>) -> u32 {
    config.inner().len() as u32 + config.count()
}

fn main() {
    let _ = used;
}
