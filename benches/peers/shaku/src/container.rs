//! Components that a module of shaku builds; each is behind a trait, as shaku has it so.

// A chain of 1,000 types is a chain of 1,000 questions to the compiler.
#![recursion_limit = "16384"]

use std::sync::Arc;

#[cfg(not(feature = "plain"))]
use shaku::{Component, Interface, module};

macro_rules! components {
    ($root:ident of $count:literal: $($name:ident: $interface:ident {
        $($field:ident: $dependency:ident as $service:ident),*
    })*) => {
        $(
            #[cfg(not(feature = "plain"))]
            trait $interface: Interface {}
            #[cfg(feature = "plain")]
            #[allow(dead_code, reason = "nobody uses the last one")]
            trait $interface {}

            #[cfg_attr(not(feature = "plain"), derive(Component), shaku(interface = $interface))]
            #[allow(dead_code, reason = "it is only built")]
            struct $name {
                $(#[cfg_attr(not(feature = "plain"), shaku(inject))] $field: Arc<dyn $service>),*
            }

            impl $interface for $name {}
        )*

        #[cfg(not(feature = "plain"))]
        module! {
            Everything {
                components = [$($name),*],
                providers = []
            }
        }

        #[cfg(not(feature = "plain"))]
        fn build() -> Everything {
            Everything::builder().build()
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
