//! Services that the container of thinking-injection hands out.

extern crate thinking_injection as thinking;

use std::hint::black_box;
use std::sync::Arc;

use thinking::{Container, component, interface};

#[interface]
trait Service: Send + Sync {
    fn number(&self) -> u32;
}

#[component(provides = dyn Service)]
struct Real;

impl Service for Real {
    fn number(&self) -> u32 {
        black_box(7)
    }
}

#[component]
struct A {}
#[component]
struct B {}
#[component]
struct C {}

#[component(scope = transient)]
#[allow(dead_code, reason = "it is only made")]
struct Job {
    a: Arc<A>,
    b: Arc<B>,
    c: Arc<C>,
}

fn main() {
    harness::run(|| {
        let container = Container::builder().registered().build().expect("the wiring is right");
        assert_eq!(container.get::<dyn Service>().expect("it is built").number(), 7);
        harness::thousand("look-up", || container.get::<dyn Service>());
        harness::thousand("transient", || container.get::<Job>());
    });
}
