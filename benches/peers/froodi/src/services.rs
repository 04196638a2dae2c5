//! Services that the container of froodi hands out.

use std::hint::black_box;
use std::sync::Arc;

use froodi::{Construct, Container, DefaultScope::App, boxed, registry};

trait Service: Send + Sync {
    fn number(&self) -> u32;
}

struct Real;

impl Service for Real {
    fn number(&self) -> u32 {
        black_box(7)
    }
}

#[derive(Construct)]
struct A {}
#[derive(Construct)]
struct B {}
#[derive(Construct)]
struct C {}

#[derive(Construct)]
#[allow(dead_code, reason = "it is only made")]
struct Job {
    a: Arc<A>,
    b: Arc<B>,
    c: Arc<C>,
}

fn main() {
    harness::run(|| {
        let container = Container::new(registry! {
            scope(App) [
                provide(|| Ok(boxed!(Real; Service))),
                provide::<A>(),
                provide::<B>(),
                provide::<C>(),
                provide::<Job>(),
            ],
        });
        assert_eq!(container.get::<Box<dyn Service>>().expect("it can be built").number(), 7);
        harness::thousand("look-up", || container.get::<Box<dyn Service>>());
        harness::thousand("transient", || container.get_transient::<Job>());
    });
}
