//! Unknown options name the known ones, all of them at once; what uses the type compiles.

extern crate thinking_runtime as thinking;

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(naem = "wrong")]
struct Wrong {
    #[facet(defualt = 3)]
    count: u32,
    #[facet(hidden)]
    text: String,
}

fn used(config: thinking::Config<Wrong>) -> usize {
    config.text().len() + config.count() as usize
}

fn main() {
    let _ = used;
}
