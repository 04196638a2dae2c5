//! What a function returns in a box must be usable from several threads.

extern crate thinking_injection as thinking;

trait Local {}

#[thinking::component]
fn local() -> Box<dyn Local> {
    unimplemented!()
}

fn main() {}
