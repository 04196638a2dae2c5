//! The type must implement what it provides.

extern crate thinking_injection as thinking;

trait Sink: Send + Sync {}

#[thinking::component(provides = dyn Sink)]
struct Wrong;

fn main() {}
