//! What decides about components is a function of settings, and returns its decisions.

extern crate thinking_injection as thinking;

use std::sync::Arc;

use thinking::Choices;

struct Clock;

#[thinking::choices]
fn of_components(clock: Arc<Clock>) -> Choices {
    drop(clock);
    Choices::new()
}

#[thinking::choices]
fn nothing() {}

#[thinking::choices]
fn another_type() -> u32 {
    3
}

#[thinking::choices(when(profile = "gpu"))]
fn an_option() -> Choices {
    Choices::new()
}

#[thinking::choices]
fn generic<T>() -> Choices {
    Choices::new()
}

#[thinking::choices]
struct NoFunction;

fn main() {
    nothing();
    let _ = (an_option(), generic::<u32>(), NoFunction);
}
