//! Services that the provider of more-di hands out.

use std::hint::black_box;

use di::{Injectable, Ref, ServiceCollection, injectable};

trait Service: Send + Sync {
    fn number(&self) -> u32;
}

#[injectable(Service)]
struct Real;

impl Service for Real {
    fn number(&self) -> u32 {
        black_box(7)
    }
}

#[injectable]
struct A;
#[injectable]
struct B;
#[injectable]
struct C;

#[injectable]
#[allow(dead_code, reason = "it is only made")]
struct Job {
    a: Ref<A>,
    b: Ref<B>,
    c: Ref<C>,
}

fn main() {
    harness::run(|| {
        let mut services = ServiceCollection::new();
        services.add(Real::singleton());
        services.add(A::singleton()).add(B::singleton()).add(C::singleton());
        services.add(Job::transient());
        let provider = services.build_provider().expect("the wiring is right");
        assert_eq!(provider.get_required::<dyn Service>().number(), 7);
        harness::thousand("look-up", || provider.get_required::<dyn Service>());
        harness::thousand("transient", || provider.get_required::<Job>());
    });
}
