//! The name of a parameter stands in messages; all mistakes are reported.

extern crate thinking_injection as thinking;

use std::sync::Arc;

#[thinking::component]
fn wrong((): (), [one]: [Arc<String>; 1], #[inject(named = "two")] two: Arc<String>) -> usize {
    one.len() + two.len()
}

fn main() {
    wrong((), [Arc::default()], Arc::default());
}
