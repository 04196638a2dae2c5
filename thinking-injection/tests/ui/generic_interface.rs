//! Which `dyn Trait` would it be?

extern crate thinking_injection as thinking;

#[thinking::interface]
trait Wrong<T>: Send + Sync {
    fn take(&self, value: T);
}

impl Wrong<u32> for () {
    fn take(&self, _value: u32) {}
}

fn main() {
    ().take(1);
}
