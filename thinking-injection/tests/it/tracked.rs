//! The tracked code that a value from a container depends on.

use std::sync::Arc;

use thinking::{Container, Requirement, Scope, component, interface};
use thinking_runtime::{helpers, tracked};

#[interface]
trait Optimizer: Send + Sync {
    fn rate(&self) -> f64;
}

#[tracked(crate = thinking_runtime)]
fn rate() -> f64 {
    0.5
}

#[component(provides = dyn Optimizer, fallback)]
struct Sgd {}

#[tracked(crate = thinking_runtime)]
impl Optimizer for Sgd {
    fn rate(&self) -> f64 {
        rate()
    }
}

#[component(provides = dyn Optimizer)]
struct Adam {
    #[inject(value = rate())]
    rate: f64,
}

#[component]
#[tracked(crate = thinking_runtime)]
impl Optimizer for Adam {
    fn rate(&self) -> f64 {
        self.rate
    }
}

#[component]
struct Trainer {
    optimizer: Arc<dyn Optimizer>,
}

/// Another one of its kind, in a step.
#[component(scope = step)]
struct Batch {
    #[inject(value = rate())]
    rate: f64,
}

#[component]
struct Unrelated {}

fn asks<T: Send + Sync + 'static>() -> [Requirement; 1] {
    [Requirement::of::<Arc<T>>("asked", None)]
}

#[test]
fn blocks_count_by_the_component_that_is_chosen_and_functions_by_their_calls() {
    let container = Container::builder().registered().build().unwrap();
    let lineage = container.lineage(&asks::<Trainer>());
    let expected = ["impl Optimizer for Adam", "rate"].map(|name| format!("it::tracked::{name}"));
    assert_eq!(lineage.helpers.keys().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    for (name, hash) in &lineage.helpers {
        assert_eq!(helpers()[name], *hash);
    }
    assert_eq!(container.get::<Trainer>().unwrap().optimizer.rate(), 0.5);
    assert!(container.lineage(&asks::<Unrelated>()).helpers.is_empty());
}

#[test]
fn what_lives_in_a_step_tells_the_scope_what_its_constructor_called() {
    let container = Container::builder().registered().build().unwrap();
    assert!(container.lineage(&asks::<Batch>()).helpers.is_empty());
    let step = container.open(Scope::Step);
    assert_eq!(step.container().get::<Batch>().unwrap().rate, 0.5);
    let recorded = step.recorded(&asks::<Batch>());
    assert_eq!(recorded.helpers.into_keys().collect::<Vec<_>>(), ["it::tracked::rate"]);
    assert!(step.recorded(&asks::<Unrelated>()).is_empty());
}
