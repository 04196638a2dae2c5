//! The items that `#[component]` stands on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;

use thinking::{BoxError, Container, component, interface};

#[interface]
trait Shape: Send + Sync {
    fn area(&self) -> f64;
}

#[interface]
trait Named: Send + Sync {
    fn name(&self) -> String;
}

struct Square {
    side: f64,
}

/// Associated functions make it, each with options of its own.
#[component]
impl Square {
    #[component(named = "unit")]
    fn unit() -> Self {
        Square { side: 1.0 }
    }

    #[component(named = "of-area")]
    fn of_area(
        #[inject(named = "unit")] unit: Arc<Self>,
        four: Arc<Four>,
    ) -> Result<Self, BoxError> {
        Ok(Square { side: (unit.area() * f64::from(four.0)).sqrt() })
    }

    #[allow(dead_code, reason = "only marked functions make components")]
    fn twice(&self) -> Self {
        Square { side: self.side * 2.0 }
    }
}

/// The block says that the component provides the trait.
#[component]
impl Shape for Square {
    fn area(&self) -> f64 {
        self.side * self.side
    }
}

#[component]
impl Named for Square {
    fn name(&self) -> String {
        format!("square of {}", self.side)
    }
}

/// A tuple.
#[component]
struct Four(#[inject(value = 4)] u32);

/// Several interfaces, one of them generic.
#[component(instances(Cache<u32>, Cache<BTreeSet<Key>>), provides = dyn Named, named = "cache")]
struct Cache<Key: Debug + Default + Ord + Send + Sync + 'static> {
    #[inject(default)]
    seen: BTreeSet<Key>,
    four: Arc<Four>,
}

/// The name of a parameter above, and of a type.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Key;

impl<Key: Debug + Default + Ord + Send + Sync> Named for Cache<Key> {
    fn name(&self) -> String {
        format!("{:?} and {}", self.seen, self.four.0)
    }
}

#[component(instances(zeros::<u8, 2>, zeros::<u16, 3>), scope = transient)]
fn zeros<T: Default + Send + Sync, const N: usize>() -> Zeros<T, N> {
    Zeros((0..N).map(|_| T::default()).collect())
}

struct Zeros<T, const N: usize>(Vec<T>);

#[component]
struct All {
    shapes: BTreeMap<String, Arc<dyn Shape>>,
}

fn container() -> Container {
    Container::builder().registered().build().unwrap()
}

#[test]
fn associated_functions_make_components_that_are_asked_for_by_name() {
    let container = container();
    let shapes = &container.get::<All>().unwrap().shapes;
    let areas: Vec<_> = shapes.iter().map(|(name, shape)| (name.as_str(), shape.area())).collect();
    assert_eq!(areas, [("of-area", 4.0), ("unit", 1.0)]);
}

#[test]
fn a_block_for_a_trait_provides_it_for_every_component_of_the_type() {
    let named: Vec<Arc<dyn Named>> = container().inject(None).unwrap();
    let names: Vec<_> = named.iter().map(|named| named.name()).collect();
    assert_eq!(names, ["{} and 4", "{} and 4", "square of 2", "square of 1"]);
}

#[test]
fn each_instance_of_a_generic_component_is_one() {
    let container = container();
    assert!(container.get::<Cache<u32>>().unwrap().seen.is_empty());
    assert!(container.get::<Cache<BTreeSet<Key>>>().is_ok());
    assert!(container.get::<Cache<Key>>().is_err(), "it was not listed");
    assert_eq!(container.get::<Zeros<u8, 2>>().unwrap().0, [0, 0]);
    assert_eq!(container.get::<Zeros<u16, 3>>().unwrap().0, [0, 0, 0]);
    let lineage = |requirement| container.lineage(&[requirement]).components;
    assert_eq!(
        lineage(thinking::Requirement::of::<Arc<Cache<BTreeSet<Key>>>>("cache", None)),
        ["it::shapes::Cache<BTreeSet<Key>>", "it::shapes::Four"]
    );
    assert_eq!(
        lineage(thinking::Requirement::of::<Arc<Zeros<u8, 2>>>("zeros", None)),
        ["it::shapes::zeros::<u8, 2>"]
    );
    assert_eq!(
        lineage(thinking::Requirement::of::<Arc<Square>>("square", Some("unit"))),
        ["it::shapes::Square::unit"]
    );
}
