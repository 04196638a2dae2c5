//! Components that the catalog of dill builds.

// A chain of 1,000 types is a chain of 1,000 questions to the compiler.
#![recursion_limit = "16384"]

use std::sync::Arc;

#[cfg(not(feature = "plain"))]
use dill::{Catalog, Singleton, component, scope};

macro_rules! components {
    ($root:ident of $count:literal: $($name:ident: $interface:ident {
        $($field:ident: $dependency:ident as $service:ident),*
    })*) => {
        $(
            #[cfg_attr(not(feature = "plain"), component, scope(Singleton))]
            #[allow(dead_code, reason = "it is only built")]
            struct $name { $($field: Arc<$dependency>),* }
        )*

        #[cfg(not(feature = "plain"))]
        fn build() -> (Catalog, Arc<$root>) {
            let mut builder = Catalog::builder();
            $(builder.add::<$name>();)*
            let catalog = builder.build();
            let root = catalog.get_one::<$root>().expect("it can be built");
            (catalog, root)
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
