//! An action is a free, plain function.

extern crate thinking_runtime as thinking;

#[thinking::action]
async fn waits() {}

#[thinking::action]
fn generic<T>() {}

struct Threads;

impl Threads {
    #[thinking::action]
    fn method(&self) {}
}

fn main() {
    waits();
    generic::<u8>();
    Threads.method();
}
