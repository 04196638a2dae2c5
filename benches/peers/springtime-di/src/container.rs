//! Components that the factory of springtime-di builds.

// A chain of 1,000 types is a chain of 1,000 questions to the compiler.
#![recursion_limit = "16384"]

#[cfg(feature = "plain")]
use std::sync::Arc as ComponentInstancePtr;

#[cfg(not(feature = "plain"))]
use springtime_di::{
    Component,
    factory::{ComponentFactory, ComponentFactoryBuilder},
    instance_provider::{ComponentInstancePtr, TypedComponentInstanceProvider},
};

macro_rules! components {
    ($root:ident of $count:literal: $($name:ident: $interface:ident {
        $($field:ident: $dependency:ident as $service:ident),*
    })*) => {
        $(
            #[cfg_attr(not(feature = "plain"), derive(Component))]
            #[allow(dead_code, reason = "it is only built")]
            struct $name { $($field: ComponentInstancePtr<$dependency>),* }
        )*

        #[cfg(not(feature = "plain"))]
        fn build() -> (ComponentFactory, ComponentInstancePtr<$root>) {
            let mut factory = ComponentFactoryBuilder::new().expect("the registry is right").build();
            let root = factory.primary_instance_typed::<$root>().expect("it can be built");
            (factory, root)
        }

        #[cfg(feature = "plain")]
        fn build() {}

        const COUNT: usize = $count;
    };
}

harness::include_components!();

fn main() {
    harness::run(|| harness::building("container", COUNT, build));
}
