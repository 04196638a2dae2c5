//! Nobody could say for which type.

extern crate thinking_injection as thinking;

#[thinking::component]
fn wrong<T: Default>() -> Vec<T> {
    vec![T::default()]
}

fn main() {
    wrong::<u32>();
}
