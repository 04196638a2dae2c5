//! Components are built before anything could wait; what calls the function compiles.

extern crate thinking_injection as thinking;

use std::sync::Arc;

#[thinking::component]
async fn wrong(#[inject(named = "one")] text: Arc<String>) -> usize {
    text.len()
}

fn main() {
    drop(wrong(Arc::new(String::new())));
}
