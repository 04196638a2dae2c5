//! Which instances are components?

extern crate thinking_injection as thinking;

#[thinking::component]
struct Wrong<T> {
    inner: std::sync::Arc<T>,
}

fn main() {}
