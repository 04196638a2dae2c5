//! Services that the catalog of dill hands out.

use std::hint::black_box;
use std::sync::Arc;

use dill::{Catalog, Singleton, component, interface, scope};

trait Service: Send + Sync {
    fn number(&self) -> u32;
}

#[component]
#[scope(Singleton)]
#[interface(dyn Service)]
struct Real;

impl Service for Real {
    fn number(&self) -> u32 {
        black_box(7)
    }
}

#[component]
#[scope(Singleton)]
struct A;
#[component]
#[scope(Singleton)]
struct B;
#[component]
#[scope(Singleton)]
struct C;

#[component]
#[allow(dead_code, reason = "it is only made")]
struct Job {
    a: Arc<A>,
    b: Arc<B>,
    c: Arc<C>,
}

fn main() {
    harness::run(|| {
        let mut builder = Catalog::builder();
        builder.add::<Real>().add::<A>().add::<B>().add::<C>().add::<Job>();
        let catalog = builder.build();
        assert_eq!(catalog.get_one::<dyn Service>().expect("it can be built").number(), 7);
        harness::thousand("look-up", || catalog.get_one::<dyn Service>());
        harness::thousand("transient", || catalog.get_one::<Job>());
    });
}
