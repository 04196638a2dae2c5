//! Only what stands for components is asked for by name, and no map, which has all names.

extern crate thinking_injection as thinking;

use std::collections::BTreeMap;
use std::sync::Arc;

use thinking::{Container, Lazy};

type Sinks = BTreeMap<String, Arc<String>>;

#[thinking::component]
struct Wrong {
    #[inject(named = "map")]
    map: Sinks,
    #[inject(named = "later")]
    later: Lazy<BTreeMap<String, Arc<String>>>,
    #[inject(named = "container")]
    container: Container,
    #[inject(named = "all")]
    all: Vec<Arc<String>>,
}

#[thinking::component]
fn wrong(#[inject(named = "map")] map: Sinks) -> usize {
    map.len()
}

fn main() {}
