//! Whether hooks are `async` is said once.

extern crate thinking_injection as thinking;

use thinking::{AsyncLifecycle, Lifecycle};

#[thinking::component]
struct Wrong;

impl Lifecycle for Wrong {}

impl AsyncLifecycle for Wrong {}

fn main() {}
