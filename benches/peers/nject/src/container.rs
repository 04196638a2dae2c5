//! Components that a provider of nject builds. It shares what stands in its fields, which the
//! program fills itself; so only a tree, in which nobody shares anything, is built by nject.

// A chain of 1,000 types is a chain of 1,000 questions to the compiler.
#![recursion_limit = "16384"]

use std::sync::Arc;

#[cfg(not(feature = "plain"))]
use nject::{injectable, provider};

macro_rules! components {
    ($root:ident of $count:literal: $($name:ident: $interface:ident {
        $($field:ident: $dependency:ident as $service:ident),*
    })*) => {
        $(
            #[cfg_attr(not(feature = "plain"), injectable)]
            #[allow(dead_code, reason = "it is only built")]
            struct $name { $($field: Arc<$dependency>),* }
        )*

        #[cfg(not(feature = "plain"))]
        #[provider]
        $(#[provide(Arc<$name>, |value: $name| Arc::new(value))])*
        struct Everything;

        #[cfg(not(feature = "plain"))]
        fn build() -> Arc<$root> {
            Everything.provide()
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
