//! An action is a function.

extern crate thinking_runtime as thinking;

#[thinking::action]
struct Threads;

#[thinking::action]
const COUNT: u32 = 3;

fn main() {
    let _ = (Threads, COUNT);
}
