//! Services that the container of thinking-injection hands out.

extern crate thinking_injection as thinking;

use std::hint::black_box;

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

fn main() {
    harness::run(|| {
        let container = Container::builder().registered().build().expect("the wiring is right");
        assert_eq!(container.get::<dyn Service>().expect("it is built").number(), 7);
        harness::thousand("look-up", || container.get::<dyn Service>());
    });
}
