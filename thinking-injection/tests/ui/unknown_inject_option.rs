//! Unknown options of fields name the known ones, all of them at once; what uses the type compiles.

extern crate thinking_injection as thinking;

use std::sync::Arc;

#[thinking::component]
struct Wrong {
    #[inject(name = "one")]
    one: Arc<String>,
    #[inject(default = 3)]
    two: u32,
    #[inject(named = "three")]
    three: Arc<String>,
}

fn main() {
    let wrong = Wrong { one: Arc::default(), two: 2, three: Arc::default() };
    drop((wrong.one, wrong.two, wrong.three));
}
