//! Components that are put together by hand: what any framework has to be compared with.

// A chain of 1,000 types is a chain of 1,000 questions to the compiler.
#![recursion_limit = "16384"]

use std::sync::Arc;

macro_rules! components {
    ($root:ident of $count:literal: $($name:ident: $interface:ident {
        $($field:ident: $dependency:ident as $service:ident),*
    })*) => {
        $(
            #[allow(dead_code, reason = "it is only built")]
            struct $name { $($field: Arc<$dependency>),* }
        )*

        #[allow(non_snake_case, reason = "a component is held by a variable of its name")]
        fn build() -> Arc<$root> {
            $(let $name = Arc::new($name { $($field: $dependency.clone()),* });)*
            $root
        }

        const COUNT: usize = $count;
    };
}

harness::include_components!();

fn main() {
    harness::run(|| harness::building("container", COUNT, build));
}
