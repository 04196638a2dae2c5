//! Whole messages about graphs that do not fit together; nothing is constructed for them.

use std::sync::Arc;

use expect_test::{Expect, expect};
use thinking::{
    Asker, Component, Condition, Container, ContainerBuilder, Extent, Inject, Lifecycle, Outcome,
    Requirement, Scope,
};
use thinking_modules::Place;

struct A;
struct B;
struct C;
trait Sink: Send + Sync {}
impl Sink for A {}
impl Sink for B {}
impl Lifecycle for A {
    fn stop(&self, _outcome: &Outcome) -> Result<(), thinking::BoxError> {
        Ok(())
    }
}

fn place(line: u32) -> Place {
    Place { file: "src/main.rs", line, column: 1 }
}

/// A component that must not be constructed.
macro_rules! component {
    ($ty:ident, $line:expr $(, needs $parameter:ident: $needed:ty)*) => {
        Component::builder::<$ty>(concat!("app::", stringify!($ty)), place($line), |_| {
            panic!("constructed")
        })
        $(.requires(Requirement::of::<$needed>(stringify!($parameter), None)))*
    };
}

fn asker<T: Inject>(name: Option<&'static str>) -> Asker {
    Asker {
        label: "step `app::train`".to_owned(),
        place: place(90),
        requirements: vec![Requirement::of::<T>("sink", name)],
        scope: Scope::Singleton,
    }
}

fn check(builder: ContainerBuilder, expected: Expect) {
    let error = builder.build().err().map(|error| error.to_string()).unwrap_or_default();
    expected.assert_eq(&error);
}

#[test]
fn missing() {
    check(
        Container::builder()
            .component(
                component!(A, 1)
                    .provides(|a| a as Arc<dyn Sink>)
                    .when(Condition::Profile("gpu"))
                    .build(),
            )
            .component(component!(C, 3, needs sink: Arc<dyn Sink>).build()),
        expect![[r#"
            error: no component provides `dyn it::wiring::Sink`
            --> src/main.rs:3:1
             = asked for by `sink` of component `app::C`
            ::: src/main.rs:1:1
             = `app::A` is not active: it needs the profile `gpu`
             = note: if one does, in another crate: a crate that nothing names is not linked, and its components are lost; add `use that_crate as _;` to this program; `thinking::assert_linked!()` in a test finds such crates
             = help: activate it with `--profile gpu`
             = help: put `#[component(provides = dyn it::wiring::Sink)]` on a type or function that provides it"#]],
    );
}

#[test]
fn missing_by_name() {
    check(
        Container::builder()
            .component(component!(A, 1).named("one").build())
            .component(component!(B, 2).build())
            .extent(Extent::Needed)
            .asker(asker::<Arc<A>>(Some("two"))),
        expect![[r#"
            error: no component provides `it::wiring::A` named `two`
            --> src/main.rs:90:1
             = asked for by `sink` of step `app::train`
            ::: src/main.rs:1:1
             = `app::A` has the name `one`
             = note: if one does, in another crate: a crate that nothing names is not linked, and its components are lost; add `use that_crate as _;` to this program; `thinking::assert_linked!()` in a test finds such crates
             = help: put `#[component(named = "two")]` on a type or function that provides it"#]],
    );
}

/// Each asker had a message of its own, with the same candidates and remedies.
#[test]
fn what_several_miss_is_one_mistake_with_all_who_ask() {
    check(
        Container::builder()
            .component(
                component!(A, 1)
                    .named("one")
                    .provides(|a| a as Arc<dyn Sink>)
                    .when(Condition::Profile("gpu"))
                    .when(Condition::Profile("fast"))
                    .build(),
            )
            .component(component!(B, 2, needs a: Arc<dyn Sink>, needs b: Arc<dyn Sink>).build())
            .component(component!(C, 3, needs sink: Arc<dyn Sink>).build())
            .asker(asker::<Arc<dyn Sink>>(None))
            .asker(asker::<Arc<dyn Sink>>(Some("two"))),
        expect![[r#"
            error: no component provides `dyn it::wiring::Sink`
            --> src/main.rs:90:1
             = asked for by `sink` of step `app::train`
            ::: src/main.rs:2:1
             = asked for by `a` of component `app::B`
            ::: src/main.rs:2:1
             = asked for by `b` of component `app::B`
            ::: src/main.rs:3:1
             = asked for by `sink` of component `app::C`
            ::: src/main.rs:1:1
             = `app::A` is not active: it needs the profile `gpu` and the profile `fast`
             = note: if one does, in another crate: a crate that nothing names is not linked, and its components are lost; add `use that_crate as _;` to this program; `thinking::assert_linked!()` in a test finds such crates
             = help: activate it with `--profile gpu,fast`
             = help: put `#[component(provides = dyn it::wiring::Sink)]` on a type or function that provides it

            error: no component provides `dyn it::wiring::Sink` named `two`
            --> src/main.rs:90:1
             = asked for by `sink` of step `app::train`
            ::: src/main.rs:1:1
             = `app::A` has the name `one`
             = note: if one does, in another crate: a crate that nothing names is not linked, and its components are lost; add `use that_crate as _;` to this program; `thinking::assert_linked!()` in a test finds such crates
             = help: put `#[component(provides = dyn it::wiring::Sink, named = "two")]` on a type or function that provides it"#]],
    );
}

#[test]
fn ambiguous() {
    let two = |primary: bool| {
        let (mut a, mut b) = (component!(A, 1), component!(B, 2));
        if primary {
            (a, b) = (a.primary(), b.primary());
        }
        Container::builder()
            .component(a.provides(|a| a as Arc<dyn Sink>).build())
            .component(b.provides(|b| b as Arc<dyn Sink>).build())
            .asker(asker::<Arc<dyn Sink>>(None))
    };
    check(
        two(false),
        expect![[r#"
            error: 2 components provide `dyn it::wiring::Sink`
            --> src/main.rs:90:1
             = asked for by `sink` of step `app::train`
            ::: src/main.rs:1:1
             = candidate `app::A`
            ::: src/main.rs:2:1
             = candidate `app::B`
             = help: mark one as `primary`, ask for one by name, or for all with `Vec<Arc<…>>`
             = help: or let them take part in turn: `when(profile = "…")`"#]],
    );
    check(
        two(true),
        expect![[r#"
            error: 2 components provide `dyn it::wiring::Sink`
            --> src/main.rs:90:1
             = asked for by `sink` of step `app::train`
            ::: src/main.rs:1:1
             = candidate `app::A`, primary
            ::: src/main.rs:2:1
             = candidate `app::B`, primary
             = help: leave `primary` on one of them only
             = help: or let them take part in turn: `when(profile = "…")`"#]],
    );
}

#[test]
fn an_optional_one_is_ambiguous_too_and_not_none() {
    check(
        Container::builder()
            .component(component!(A, 1).provides(|a| a as Arc<dyn Sink>).build())
            .component(component!(B, 2).provides(|b| b as Arc<dyn Sink>).build())
            .asker(asker::<Option<Arc<dyn Sink>>>(None)),
        expect![[r#"
            error: 2 components provide `dyn it::wiring::Sink`
            --> src/main.rs:90:1
             = asked for by `sink` of step `app::train`
            ::: src/main.rs:1:1
             = candidate `app::A`
            ::: src/main.rs:2:1
             = candidate `app::B`
             = help: mark one as `primary`, ask for one by name, or for all with `Vec<Arc<…>>`
             = help: or let them take part in turn: `when(profile = "…")`"#]],
    );
}

#[test]
fn a_missing_one_deep_inside_an_optional_one_is_an_error() {
    let checked = Container::builder()
        .component(component!(A, 1, needs b: Arc<B>).build())
        .asker(asker::<Option<Arc<A>>>(None))
        .validate();
    let mistakes = checked.err().unwrap().diagnostics;
    assert_eq!(mistakes.len(), 1);
    assert_eq!(mistakes[0].message(), "no component provides `it::wiring::B`");
}

#[test]
fn a_cycle_shows_every_link_once_and_comes_with_the_other_findings() {
    check(
        Container::builder()
            .component(component!(A, 1, needs b: Arc<B>).build())
            .component(component!(B, 2, needs c: Option<Arc<C>>).build())
            .component(component!(C, 3, needs a: Arc<A>, needs text: Arc<String>).build()),
        expect![[r#"
            error: no component provides `alloc::string::String`
            --> src/main.rs:3:1
             = asked for by `text` of component `app::C`
             = note: if one does, in another crate: a crate that nothing names is not linked, and its components are lost; add `use that_crate as _;` to this program; `thinking::assert_linked!()` in a test finds such crates
             = help: put `#[component]` on a type or function that provides it

            error: components need one another: `app::A` → `app::B` → `app::C` → `app::A`
            --> src/main.rs:1:1
             = `app::A` needs `app::B` for `b`
            ::: src/main.rs:2:1
             = `app::B` needs `app::C` for `c`
            ::: src/main.rs:3:1
             = `app::C` needs `app::A` for `a`
             = help: take one of them out of the circle: let `app::A` get what it needs when it uses it, as a `Lazy<…>`, or move the shared part into a component of its own"#]],
    );
}

#[test]
fn the_wiring_says_why_a_component_is_not_active() {
    let blueprint = Container::builder()
        .component(component!(A, 1).when(Condition::Profile("adam")).build())
        .component(component!(B, 2, needs a: Option<Arc<A>>, needs all: Vec<Arc<B>>).build())
        .component(
            component!(C, 3).when(Condition::Profile("gpu")).when(Condition::Profile("x")).build(),
        )
        .extent(Extent::Needed)
        .profiles(thinking_runtime::Profiles::new(["x"]))
        .validate()
        .unwrap();
    expect![[r#"
        app::B  src/main.rs:2:1
        ├── a: optional it::wiring::A ← nothing
        └── all: all it::wiring::B
            └── app::B (above)
        app::A (not active: needs the profile `adam`)  src/main.rs:1:1
        app::C (not active: needs the profile `gpu`)  src/main.rs:3:1
    "#]]
    .assert_eq(&blueprint.wiring().tree());
}

#[test]
fn only_what_is_needed_is_checked_and_built_where_that_was_asked_for() {
    let container = Container::builder()
        .component(Component::builder::<A>("app::A", place(1), |_| Ok(A)).build())
        .component(component!(C, 3, needs text: Arc<String>).build())
        .extent(Extent::Needed)
        .asker(asker::<Arc<A>>(None))
        .build()
        .unwrap();
    assert!(container.get::<A>().is_ok());
    assert!(container.get::<C>().is_err());
}

#[test]
fn a_long_chain_does_not_overflow_the_stack() {
    struct Link;
    let mut builder = Container::builder();
    for index in 0..20_000 {
        // Names sort in the order of the chain, so that the walk goes down it at once.
        let name: &'static str = Box::leak(format!("link-{index:05}").into_boxed_str());
        let next: &'static str = Box::leak(format!("link-{:05}", index + 1).into_boxed_str());
        let mut link =
            Component::builder::<Link>(format!("app::{name}"), place(1), |_| Ok(Link)).named(name);
        if index + 1 < 20_000 {
            link = link.requires(Requirement {
                name: Some(next),
                ..Requirement::of::<Option<Arc<Unrelated>>>("next", None)
            });
        }
        builder = builder.component(link.build());
    }
    assert!(builder.build().is_ok());
    struct Unrelated;
}
