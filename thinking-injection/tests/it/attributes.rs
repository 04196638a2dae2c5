//! What the attributes register, and the table of one, optional and all.

use std::collections::BTreeSet;
use std::sync::Arc;

use thinking::{BoxError, Container, Inject, ResolveError, component, interface};
use thinking_runtime::Profiles;

use crate::choosing::runtime;

#[interface]
trait Sink: Send + Sync {
    fn name(&self) -> &'static str;
}

#[component(provides = dyn Sink, order = 2)]
struct Second;

#[component(provides = dyn Sink, order = 1, primary)]
struct First;

#[component(provides = dyn Sink, when(profile = "third"))]
struct Third;

impl Sink for Second {
    fn name(&self) -> &'static str {
        "second"
    }
}

impl Sink for First {
    fn name(&self) -> &'static str {
        "first"
    }
}

impl Sink for Third {
    fn name(&self) -> &'static str {
        "third"
    }
}

#[interface]
trait Absent: Send + Sync {}

/// A type of another crate, provided by a function.
#[component]
fn words() -> BTreeSet<&'static str> {
    BTreeSet::from(["a", "b"])
}

#[derive(Debug)]
struct Count(usize);

#[component(named = "words")]
fn count(words: Arc<BTreeSet<&'static str>>) -> Result<Count, BoxError> {
    Ok(Count(words.len()))
}

#[component(named = "none")]
fn zero() -> Count {
    Count(0)
}

#[component]
struct Everything {
    chosen: Arc<dyn Sink>,
    all: Vec<Arc<dyn Sink>>,
    absent: Option<Arc<dyn Absent>>,
    none: Vec<Arc<dyn Absent>>,
    #[inject(named = "words")]
    count: Arc<Count>,
    #[inject(value = 7)]
    seven: u32,
    #[inject(default)]
    notes: Vec<String>,
    container: Container,
}

fn container(profiles: &[&str]) -> Container {
    Container::builder()
        .registered()
        .profiles(Profiles::new(profiles.iter().copied()))
        .build()
        .unwrap()
}

fn names(sinks: &[Arc<dyn Sink>]) -> Vec<&'static str> {
    sinks.iter().map(|sink| sink.name()).collect()
}

#[test]
fn one_optional_all_named_and_the_rest() {
    let container = container(&[]);
    let everything = container.get::<Everything>().unwrap();
    assert_eq!(everything.chosen.name(), "first");
    assert_eq!(names(&everything.all), ["first", "second"]);
    assert!(everything.absent.is_none());
    assert!(everything.none.is_empty());
    assert_eq!(everything.count.0, 2);
    assert_eq!((everything.seven, everything.notes.len()), (7, 0));
    assert_eq!(everything.container.get::<First>().unwrap().name(), "first");
}

/// What is not asked for stands between what is, and one type is asked for by two names.
#[component]
struct Mixed {
    #[inject(default)]
    before: u32,
    #[inject(named = "none")]
    none: Arc<Count>,
    second: Arc<Second>,
    #[inject(value = 7)]
    between: u32,
    absent: Option<Arc<dyn Absent>>,
    #[inject(named = "words")]
    words: Arc<Count>,
    chosen: Option<Arc<dyn Sink>>,
    set: Arc<BTreeSet<&'static str>>,
}

#[test]
fn each_field_gets_what_it_asks_for_whatever_stands_between() {
    let container = container(&[]);
    let mixed = container.get::<Mixed>().unwrap();
    assert_eq!((mixed.before, mixed.between), (0, 7));
    assert_eq!((mixed.none.0, mixed.words.0), (0, 2));
    assert_eq!((mixed.second.name(), mixed.set.len()), ("second", 2));
    assert!(mixed.absent.is_none());
    assert_eq!(mixed.chosen.as_ref().unwrap().name(), "first");
}

#[test]
fn registered_components_of_one_name_are_told_by_their_places() {
    fn _one() {
        #[component(when(profile = "twins"))]
        struct Twin;
    }
    fn _other() {
        #[component(when(profile = "twins"))]
        struct Twin;
    }
    let builder = Container::builder().registered().profiles(Profiles::new(["twins"]));
    let error = builder.validate().err().unwrap();
    let [mistake] = &error.diagnostics[..] else { panic!("{error}") };
    assert_eq!(mistake.message(), "2 components are called `it::attributes::Twin`");
    container(&[]);
}

#[test]
fn a_profile_enables_a_component() {
    let everything = container(&["third"]).get::<Everything>().unwrap();
    assert_eq!(names(&everything.all), ["third", "first", "second"]);
}

#[component(named = "nested", when(facet(clocks.zone.name = "CET")))]
fn nested() -> Count {
    Count(3)
}

#[test]
fn a_setting_in_a_table_enables_a_component() {
    let count = |assignments: &[&str]| {
        let builder = Container::builder().registered().runtime(runtime(assignments));
        let container = builder.build().unwrap();
        container.inject::<Option<Arc<Count>>>(Some("nested")).unwrap().map(|count| count.0)
    };
    assert_eq!(count(&[]), None);
    assert_eq!(count(&["clocks.zone.name=CET"]), Some(3));
}

#[test]
fn each_container_has_instances_of_its_own_and_one_container_shares_them() {
    let (a, b) = (container(&[]), container(&[]));
    assert!(Arc::ptr_eq(&a.get::<First>().unwrap(), &a.get::<First>().unwrap()));
    // Zero-sized values may share an address, so a sized one is compared.
    assert!(!Arc::ptr_eq(&a.get::<Everything>().unwrap(), &b.get::<Everything>().unwrap()));
}

#[test]
fn missing_and_ambiguous_look_ups_differ() {
    let container = container(&[]);
    assert!(matches!(container.get::<String>(), Err(ResolveError::Missing { .. })));
    let error = container.get::<Count>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "several components provide `it::attributes::Count`: it::attributes::count, \
         it::attributes::zero; mark one as primary"
    );
    let none: Vec<Arc<String>> = container.inject(None).unwrap();
    assert!(none.is_empty());
    assert!(<Option<Arc<String>> as Inject>::WANT != <Arc<String> as Inject>::WANT);
}
