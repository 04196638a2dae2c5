//! What a function returns in a box must be usable from several threads.

extern crate thinking_injection as thinking;

trait Local {}

impl Local for u32 {}

#[thinking::component]
fn local() -> Box<dyn Local> {
    Box::new(3)
}

fn main() {}
