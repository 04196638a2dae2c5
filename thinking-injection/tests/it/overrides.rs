//! What one container changes for itself: others, and the registry, know nothing of it.

use std::sync::Arc;

use thinking::{Component, Container, ContainerError, Lazy, Pick, component, interface};
use thinking_modules::here;

#[interface]
trait Mail: Send + Sync {
    fn via(&self) -> &'static str;
}

#[component(provides = dyn Mail, named = "mail", order = 7)]
struct Smtp;

#[component]
struct Shop {
    #[inject(named = "mail")]
    mail: Arc<dyn Mail>,
    all: Vec<Arc<dyn Mail>>,
}

struct Fake(&'static str);

impl Mail for Smtp {
    fn via(&self) -> &'static str {
        "smtp"
    }
}

impl Mail for Fake {
    fn via(&self) -> &'static str {
        self.0
    }
}

fn fake(via: &'static str) -> Component {
    Component::existing("test::Fake", here!(), Arc::new(Fake(via)))
        .provides(|fake| fake as Arc<dyn Mail>)
        .build()
}

fn via(container: &Container) -> &'static str {
    let shop: Arc<Shop> = container.get().unwrap();
    assert_eq!(shop.all.len(), 1);
    shop.mail.via()
}

/// A replacement that registered itself would be a second candidate for every test of the binary.
#[test]
fn a_replacement_belongs_to_its_container_and_takes_the_name_of_what_it_replaces() {
    let replaced = Container::builder()
        .registered()
        .replace(Pick::of::<dyn Mail>(), fake("fake"))
        .build()
        .unwrap();
    assert_eq!(via(&replaced), "fake");
    assert_eq!(via(&Container::builder().registered().build().unwrap()), "smtp");
}

#[test]
fn replacing_in_a_derived_container_replaces_and_is_not_ambiguous() {
    let container = Container::builder().registered().build().unwrap();
    let derived = container.derive().replace("it::overrides::Smtp", fake("one")).build().unwrap();
    let further = derived.derive().replace(Pick::of::<Fake>(), fake("two")).build().unwrap();
    assert_eq!([&container, &derived, &further].map(via), ["smtp", "one", "two"]);
    let same = container.derive().build().unwrap();
    assert!(!Arc::ptr_eq(&same.get::<Shop>().unwrap(), &container.get::<Shop>().unwrap()));
}

#[test]
fn what_is_removed_is_missing_and_what_is_added_later_is_not_removed() {
    let removed = || Container::builder().registered().remove(Pick::of::<dyn Mail>());
    let Err(ContainerError::Wiring(error)) = removed().build() else { panic!("it was built") };
    assert!(error.to_string().contains("no component provides `dyn it::overrides::Mail` named"));
    let added = Component::existing("test::Fake", here!(), Arc::new(Fake("added")));
    let added = added.provides(|fake| fake as Arc<dyn Mail>).named("mail").build();
    assert_eq!(via(&removed().component(added).build().unwrap()), "added");
}

#[test]
fn dropping_a_container_releases_everything_also_components_that_hold_the_container() {
    struct Counted;
    struct Node {
        _counted: Arc<Counted>,
        _container: Container,
        other: Lazy<Arc<Node>>,
    }
    let counted = Arc::new(Counted);
    let node = |name: &'static str, other: &'static str| {
        let counted = counted.clone();
        Component::builder(format!("app::{name}"), here!(), move |resolver| {
            Ok(Node {
                _counted: counted.clone(),
                _container: resolver.resolve(None)?,
                other: resolver.resolve(Some(other))?,
            })
        })
        .requires(thinking::Requirement::of::<Lazy<Arc<Node>>>("other", Some(other)))
        .named(name)
        .build()
    };
    let builder = Container::builder().component(node("a", "b")).component(node("b", "a"));
    let container = builder.build().unwrap();
    let a: Arc<Node> = container.inject(Some("a")).unwrap();
    let again = a.other.get().unwrap().other.get().unwrap();
    assert!(Arc::ptr_eq(&a, &again), "two that need one another");
    drop((a, again));
    assert_eq!(Arc::strong_count(&counted), 5, "here, two descriptions and two instances");
    drop(container);
    assert_eq!(Arc::strong_count(&counted), 1);
}

#[test]
fn containers_on_several_threads_do_not_know_one_another() {
    std::thread::scope(|scope| {
        for name in ["a", "b", "c"] {
            scope.spawn(move || {
                for _ in 0..20 {
                    let builder = Container::builder().registered();
                    let container =
                        builder.replace(Pick::of::<Smtp>(), fake(name)).build().unwrap();
                    assert_eq!(via(&container), name);
                }
            });
        }
    });
}

#[test]
fn a_builder_knows_what_is_offered_so_far() {
    trait Absent: Send + Sync {}
    let builder = Container::builder();
    assert!(!builder.offers::<dyn Mail>());
    assert!(builder.component(fake("fake")).offers::<dyn Mail>());
    let registered = Container::builder().registered();
    assert!(registered.offers::<dyn Mail>() && registered.offers::<Shop>());
    assert!(!registered.offers::<dyn Absent>() && !registered.offers::<Fake>());
    let replaced = Container::builder().replace(Pick::of::<dyn Mail>(), fake("fake"));
    assert!(replaced.offers::<Fake>());
}
