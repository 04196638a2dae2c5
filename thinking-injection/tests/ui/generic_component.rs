//! A generic type is provided by a function per instance.

extern crate thinking_injection as thinking;

#[thinking::component]
struct Wrong<T> {
    inner: std::sync::Arc<T>,
}

fn main() {}
