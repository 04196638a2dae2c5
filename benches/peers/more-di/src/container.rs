//! Components that the provider of more-di builds.

// A chain of 1,000 types is a chain of 1,000 questions to the compiler.
#![recursion_limit = "16384"]

#[cfg(feature = "plain")]
use std::sync::Arc as Ref;

#[cfg(not(feature = "plain"))]
use di::{Injectable, Ref, ServiceCollection, ServiceProvider, injectable};

macro_rules! components {
    ($root:ident of $count:literal: $($name:ident: $interface:ident {
        $($field:ident: $dependency:ident as $service:ident),*
    })*) => {
        $(
            #[cfg_attr(not(feature = "plain"), injectable)]
            #[allow(dead_code, reason = "it is only built")]
            struct $name { $($field: Ref<$dependency>),* }
        )*

        #[cfg(not(feature = "plain"))]
        fn build() -> (ServiceProvider, Ref<$root>) {
            let mut services = ServiceCollection::new();
            $(services.add($name::singleton());)*
            let provider = services.build_provider().expect("the wiring is right");
            let root = provider.get_required::<$root>();
            (provider, root)
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
