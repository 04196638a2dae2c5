//! Services that a module of shaku hands out.

use std::hint::black_box;
use std::sync::Arc;

use shaku::{Component, HasComponent, HasProvider, Interface, Provider, module};

trait Service: Interface {
    fn number(&self) -> u32;
}

#[derive(Component)]
#[shaku(interface = Service)]
struct Real;

impl Service for Real {
    fn number(&self) -> u32 {
        black_box(7)
    }
}

trait A: Interface {}
trait B: Interface {}
trait C: Interface {}

#[derive(Component)]
#[shaku(interface = A)]
struct RealA;
#[derive(Component)]
#[shaku(interface = B)]
struct RealB;
#[derive(Component)]
#[shaku(interface = C)]
struct RealC;

impl A for RealA {}
impl B for RealB {}
impl C for RealC {}

trait Job {}

#[derive(Provider)]
#[shaku(interface = Job)]
#[allow(dead_code, reason = "it is only made")]
struct RealJob {
    #[shaku(inject)]
    a: Arc<dyn A>,
    #[shaku(inject)]
    b: Arc<dyn B>,
    #[shaku(inject)]
    c: Arc<dyn C>,
}

impl Job for RealJob {}

module! {
    Everything {
        components = [Real, RealA, RealB, RealC],
        providers = [RealJob]
    }
}

fn main() {
    harness::run(|| {
        let module = black_box(Everything::builder().build());
        let service: Arc<dyn Service> = module.resolve();
        assert_eq!(service.number(), 7);
        harness::thousand("look-up", || -> Arc<dyn Service> { module.resolve() });
        harness::thousand("transient", || -> Box<dyn Job> {
            module.provide().expect("it can be made")
        });
    });
}
