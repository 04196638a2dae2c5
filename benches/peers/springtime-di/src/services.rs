//! Services that the factory of springtime-di hands out.

use std::hint::black_box;

use springtime_di::{
    Component, component_alias,
    factory::ComponentFactoryBuilder,
    injectable,
    instance_provider::{ComponentInstancePtr, TypedComponentInstanceProvider},
};

#[injectable]
trait Service {
    fn number(&self) -> u32;
}

#[derive(Component)]
struct Real;

#[component_alias]
impl Service for Real {
    fn number(&self) -> u32 {
        black_box(7)
    }
}

#[derive(Component)]
struct A;
#[derive(Component)]
struct B;
#[derive(Component)]
struct C;

#[derive(Component)]
#[component(scope = "PROTOTYPE")]
#[allow(dead_code, reason = "it is only made")]
struct Job {
    a: ComponentInstancePtr<A>,
    b: ComponentInstancePtr<B>,
    c: ComponentInstancePtr<C>,
}

fn main() {
    harness::run(|| {
        let mut factory = ComponentFactoryBuilder::new().expect("the registry is right").build();
        let service = factory.primary_instance_typed::<dyn Service + Send + Sync>();
        assert_eq!(service.expect("it can be built").number(), 7);
        harness::thousand("look-up", || {
            factory.primary_instance_typed::<dyn Service + Send + Sync>()
        });
        harness::thousand("transient", || factory.primary_instance_typed::<Job>());
    });
}
