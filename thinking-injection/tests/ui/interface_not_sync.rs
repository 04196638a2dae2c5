//! Interfaces are shared by threads.

extern crate thinking_injection as thinking;

#[thinking::interface]
trait Wrong {}

fn main() {}
