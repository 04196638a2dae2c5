//! Without the feature `tokio`, which this crate does not turn on, nobody waits for the function;
//! what calls it compiles.

use std::sync::Arc;

#[thinking_injection::component(crate = thinking_injection)]
async fn wrong(#[inject(named = "one")] text: Arc<String>) -> Result<usize, std::fmt::Error> {
    Ok(text.len())
}

fn main() {
    drop(wrong(Arc::new(String::new())));
}
