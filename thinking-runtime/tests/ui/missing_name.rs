//! The file has to be called something; what uses the type compiles.

extern crate thinking_runtime as thinking;

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(default)]
struct Wrong {
    count: u32,
}

fn used(config: thinking::Config<Wrong>) -> u32 {
    let loaded = thinking::Runtime::builder(thinking_modules::main_module!()).load().0;
    let again = loaded.facets().config::<Wrong>();
    config.count() + again.map_or(0, |again| again.count)
}

fn main() {
    let _ = used;
}
