//! Components that the container of froodi builds.

// A chain of 1,000 types is a chain of 1,000 questions to the compiler.
#![recursion_limit = "16384"]

use std::sync::Arc;

#[cfg(not(feature = "plain"))]
use froodi::{Construct, Container, DefaultScope::App, registry};

macro_rules! components {
    ($root:ident of $count:literal: $($name:ident: $interface:ident {
        $($field:ident: $dependency:ident as $service:ident),*
    })*) => {
        $(
            #[cfg_attr(not(feature = "plain"), derive(Construct))]
            #[allow(dead_code, reason = "it is only built")]
            struct $name { $($field: Arc<$dependency>),* }
        )*

        #[cfg(not(feature = "plain"))]
        fn build() -> (Container, Arc<$root>) {
            let container = Container::new(registry! {
                scope(App) [$(provide::<$name>()),*],
            });
            let root = container.get::<$root>().expect("it can be built");
            (container, root)
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
