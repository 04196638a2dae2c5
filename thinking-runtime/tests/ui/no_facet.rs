//! Only a facet has a configuration.

extern crate thinking_runtime as thinking;

struct NotAFacet;

fn used(_config: thinking::Config<NotAFacet>) {}

fn main() {
    let _ = used;
}
