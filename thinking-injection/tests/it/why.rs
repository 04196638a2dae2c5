//! Why one answers: each way to be chosen, explained from a real graph.

use std::sync::Arc;
use std::time::Duration;

use expect_test::{Expect, expect};
use thinking::{
    Component, ComponentBuilder, Condition, Container, ContainerBuilder, Lazy, Lifecycle, Outcome,
    Requirement,
};
use thinking_modules::Place;

struct A;
struct B;
struct C;
trait Sink: Send + Sync {}
impl Sink for A {}
impl Sink for B {}
impl Lifecycle for C {}

fn component<T: Send + Sync + 'static>(
    name: &str,
    line: u32,
    value: fn() -> T,
) -> ComponentBuilder<T> {
    let place = Place { file: "src/main.rs", line, column: 1 };
    Component::builder::<T>(format!("app::{name}"), place, move |_| Ok(value()))
}

fn a() -> ComponentBuilder<A> {
    component("A", 1, || A).provides::<dyn Sink>(|component| component)
}

fn b() -> ComponentBuilder<B> {
    component("B", 2, || B).provides::<dyn Sink>(|component| component)
}

fn check(a: ComponentBuilder<A>, b: ComponentBuilder<B>, because: Expect) {
    check_with(Container::builder().component(a.build()).component(b.build()), because);
}

/// The lines up to those who ask.
fn check_with(builder: ContainerBuilder, because: Expect) {
    let (wiring, _) = builder.inspect();
    let text = wiring.why("Sink").unwrap();
    because.assert_eq(text.split("asked for by:").next().unwrap());
}

#[test]
fn every_way_to_be_chosen() {
    let both = || Container::builder().component(a().build()).component(b().build());
    check(
        a(),
        b(),
        expect![[r#"
        dyn it::why::Sink
          answered by nothing: 2 could, and none is preferred
        candidates:
          app::A (not chosen)  src/main.rs:1:1
          app::B (not chosen)  src/main.rs:2:1
    "#]],
    );
    check(
        a(),
        b().primary(),
        expect![[r#"
        dyn it::why::Sink
          answered by app::B, because it is primary
        candidates:
          app::A (not chosen)  src/main.rs:1:1
          app::B (chosen, primary)  src/main.rs:2:1
    "#]],
    );
    check(
        a().fallback(),
        b(),
        expect![[r#"
        dyn it::why::Sink
          answered by app::B, because all others are fallbacks
        candidates:
          app::B (chosen)  src/main.rs:2:1
          app::A (not chosen, fallback, gives way to `app::B`)  src/main.rs:1:1
    "#]],
    );
    check(
        a(),
        b().when(Condition::Profile("gpu")),
        expect![[r#"
        dyn it::why::Sink
          answered by app::A, because it is the only one
        candidates:
          app::A (chosen)  src/main.rs:1:1
          app::B (not chosen, not active: needs the profile `gpu`)  src/main.rs:2:1
    "#]],
    );
    check_with(
        both().default_to::<dyn Sink>("app::A"),
        expect![[r#"
        dyn it::why::Sink
          answered by app::A, because the program made it the default
        candidates:
          app::A (chosen)  src/main.rs:1:1
          app::B (not chosen)  src/main.rs:2:1
    "#]],
    );
    check_with(
        both().force::<dyn Sink>("app::B"),
        expect![[r#"
        dyn it::why::Sink
          answered by app::B, because the program or test forces it
        candidates:
          app::A (not chosen)  src/main.rs:1:1
          app::B (chosen)  src/main.rs:2:1
    "#]],
    );
}

#[test]
fn who_asks_and_how() {
    let c = component("C", 3, || C)
        .requires(Requirement::of::<Arc<dyn Sink>>("one", None))
        .requires(Requirement::of::<Option<Arc<dyn Sink>>>("named", Some("b")))
        .requires(Requirement::of::<Vec<Arc<dyn Sink>>>("all", None))
        .requires(Requirement::of::<Lazy<Arc<dyn Sink>>>("lazy", None));
    let builder =
        Container::builder().component(a().build()).component(b().named("b").primary().build());
    let (wiring, mistakes) = builder.component(c.build()).inspect();
    assert!(mistakes.is_empty());
    expect![[r#"
        dyn it::why::Sink
          answered by app::B, because it is primary
        candidates:
          app::A (not chosen)  src/main.rs:1:1
          app::B (chosen, named `b`, primary)  src/main.rs:2:1
        asked for by:
          `one` of app::C gets app::B  src/main.rs:3:1
          `named` of app::C gets app::B (optional dyn it::why::Sink named `b`)  src/main.rs:3:1
          `all` of app::C gets app::A, app::B (all dyn it::why::Sink)  src/main.rs:3:1
          `lazy` of app::C gets app::B (later dyn it::why::Sink)  src/main.rs:3:1
    "#]]
    .assert_eq(&wiring.why("dyn Sink").unwrap());
}

#[test]
fn times_are_there_if_they_were_measured() {
    let builder = || {
        let c = component("C", 3, || C).lifecycle().build();
        Container::builder().component(component("A", 1, || A).build()).component(c)
    };
    let times = |container: &Container| -> Vec<(Option<Duration>, Option<Duration>)> {
        container.wiring().components.iter().map(|c| (c.construct, c.start)).collect()
    };
    let plain = builder().build().unwrap();
    assert_eq!(times(&plain), [(None, None), (None, None)]);
    let timed = builder().validate().unwrap().timed().build().unwrap();
    assert!(matches!(times(&timed)[..], [(Some(_), None), (Some(_), Some(_))]));
    timed.stop(&Outcome::Success);
}
