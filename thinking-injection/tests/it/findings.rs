//! Whole messages about choices, scopes and conditions; nothing is constructed for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::{Expect, expect};
use thinking::{
    Asker, BoxError, Choices, Component, ComponentBuilder, Condition, Container, ContainerBuilder,
    Factory, Inject, Lazy, Lifecycle, Outcome, Pick, Requirement, Scope, TypeKey,
};
use thinking_modules::Place;

use crate::choosing::runtime;

struct A;
struct B;
struct C;
trait Sink: Send + Sync {}
impl Sink for A {}
impl Sink for B {}

impl Lifecycle for A {
    fn stop(&self, _outcome: &Outcome) -> Result<(), BoxError> {
        Ok(())
    }
}

fn place(line: u32) -> Place {
    Place { file: "src/main.rs", line, column: 1 }
}

/// A component that must not be constructed.
fn component<T: Send + Sync + 'static>(name: &str, line: u32) -> ComponentBuilder<T> {
    Component::builder(format!("app::{name}"), place(line), |_| panic!("constructed"))
}

fn sink_a() -> ComponentBuilder<A> {
    component::<A>("A", 1).provides(|a| a as Arc<dyn Sink>)
}

fn sink_b() -> ComponentBuilder<B> {
    component::<B>("B", 2).provides(|b| b as Arc<dyn Sink>)
}

fn asker<T: Inject>(scope: Scope) -> Asker {
    Asker {
        label: "step `app::train`".to_owned(),
        place: place(90),
        requirements: vec![Requirement::of::<T>("sink", None)],
        scope,
    }
}

fn check(builder: ContainerBuilder, expected: Expect) {
    let error = builder.build().err().map(|error| error.to_string()).unwrap_or_default();
    // The lines of this file move.
    let ours = error.lines().map(|line| match line.split_once("tests/it/findings.rs:") {
        Some((before, _)) => format!("{before}tests/it/findings.rs"),
        None => line.to_owned(),
    });
    expected.assert_eq(&ours.collect::<Vec<_>>().join("\n"));
}

#[test]
fn why_each_candidate_is_not_active_stands_in_the_message() {
    let facet = |key, value| Condition::Facet { facet: "clocks", key, value };
    check(
        Container::builder()
            .runtime(runtime(&[]))
            .component(
                sink_a().when(Condition::Profile("gpu")).when(facet("forced", "\"B\"")).build(),
            )
            .component(
                sink_b()
                    .when(Condition::Any(vec![facet("speed", "3"), Condition::Profile("fast")]))
                    .build(),
            )
            .component(
                component::<String>("Gap", 3)
                    .provides(|_| -> Arc<dyn Sink> { Arc::new(A) })
                    .when(Condition::Missing(TypeKey::of::<C>()))
                    .build(),
            )
            .component(component::<C>("C", 4).build())
            .asker(asker::<Arc<dyn Sink>>(Scope::Step)),
        expect![[r#"
            error: no component provides `dyn it::findings::Sink`
            --> src/main.rs:90:1
             = asked for by `sink` of step `app::train`
            ::: src/main.rs:1:1
             = `app::A` is not active: it needs the profile `gpu` and `clocks.forced = "B"` (it is `"A"`)
            ::: src/main.rs:2:1
             = `app::B` is not active: it needs `clocks.speed = 3` (it is not set) or the profile `fast`
            ::: src/main.rs:3:1
             = `app::Gap` is not active: it needs that nothing else provides `it::findings::C` (`app::C` does)
             = note: if one does, in another crate: a crate that nothing names is not linked, and its components are lost; add `use that_crate as _;` to this program; `thinking::assert_linked!()` in a test finds such crates
             = help: activate it with `--profile gpu --set clocks.forced=B`
             = help: put `#[component(provides = dyn it::findings::Sink)]` on a type or function that provides it"#]],
    );
}

#[test]
fn an_ambiguous_choice_names_those_that_are_not_active_too() {
    check(
        Container::builder()
            .component(sink_a().build())
            .component(sink_b().build())
            .component(
                component::<String>("Gpu", 3)
                    .provides(|_| -> Arc<dyn Sink> { Arc::new(A) })
                    .when(Condition::Not(Box::new(Condition::Not(Box::new(Condition::Profile(
                        "gpu",
                    ))))))
                    .build(),
            )
            .asker(asker::<Option<Arc<dyn Sink>>>(Scope::Step)),
        expect![[r#"
            error: 2 components provide `dyn it::findings::Sink`
            --> src/main.rs:90:1
             = asked for by `sink` of step `app::train`
            ::: src/main.rs:1:1
             = candidate `app::A`
            ::: src/main.rs:2:1
             = candidate `app::B`
            ::: src/main.rs:3:1
             = `app::Gpu` is not active: it needs that this does not hold: that this does not hold: the profile `gpu`
             = help: mark one as `primary`, ask for one by name, or for all with `Vec<Arc<…>>`
             = help: or let them take part in turn: `when(profile = "…")`"#]],
    );
}

#[test]
fn conditions_about_what_does_not_exist() {
    let when = |component: ComponentBuilder<A>, facet, key| {
        component.when(Condition::Facet { facet, key, value: "1" }).build()
    };
    check(
        Container::builder()
            .runtime(runtime(&[]))
            .component(when(component("A", 1), "clock", "level"))
            .component(when(component("B", 2), "clocks", "levels"))
            .component(when(component("C", 3), "clocks", "password"))
            .component(when(component("D", 4), "clocks", "zone.sumer.observed"))
            .component(when(component("E", 5), "clocks", "zone.summer.observe"))
            .component(when(component("F", 6), "clocks", "zone.summer.observed.since"))
            .component(when(component("G", 7), "clocks", "level.high"))
            .component(when(component("H", 8), "clocks", "zone.token"))
            .component(when(component("I", 9), "clocks", "password.first")),
        expect![[r#"
            error: a condition names the unknown facet `clock`
            --> src/main.rs:1:1
             = the condition `clock.level = 1` of `app::A`
             = note: known: clocks, logs, storage, training
             = help: did you mean `clocks`?

            error: a condition names the unknown key `levels` of facet `clocks`
            --> src/main.rs:2:1
             = the condition `clocks.levels = 1` of `app::B`
             = note: known: forced, level, rate, password, speed, zone
             = help: did you mean `level`?

            error: a condition names the secret key `clocks.password`
            --> src/main.rs:3:1
             = the condition `clocks.password = 1` of `app::C`
             = help: let it depend on a key that may be shown

            error: a condition names the unknown key `zone.sumer` of facet `clocks`
            --> src/main.rs:4:1
             = the condition `clocks.zone.sumer.observed = 1` of `app::D`
             = note: known: zone.name, zone.summer, zone.token
             = help: did you mean `zone.summer`?

            error: a condition names the unknown key `zone.summer.observe` of facet `clocks`
            --> src/main.rs:5:1
             = the condition `clocks.zone.summer.observe = 1` of `app::E`
             = note: known: zone.summer.observed, zone.summer.shift
             = help: did you mean `zone.summer.observed`?

            error: a condition names the unknown key `zone.summer.observed.since` of facet `clocks`
            --> src/main.rs:6:1
             = the condition `clocks.zone.summer.observed.since = 1` of `app::F`
             = note: `clocks.zone.summer.observed` is no table with keys

            error: a condition names the unknown key `level.high` of facet `clocks`
            --> src/main.rs:7:1
             = the condition `clocks.level.high = 1` of `app::G`
             = note: `clocks.level` is no table with keys

            error: a condition names the secret key `clocks.zone.token`
            --> src/main.rs:8:1
             = the condition `clocks.zone.token = 1` of `app::H`
             = help: let it depend on a key that may be shown

            error: a condition names the secret key `clocks.password.first`
            --> src/main.rs:9:1
             = the condition `clocks.password.first = 1` of `app::I`
             = help: let it depend on a key that may be shown"#]],
    );
}

#[test]
fn one_name_for_two_and_no_name() {
    check(
        Container::builder()
            .component(sink_a().named("x").build())
            .component(sink_b().named("x").build())
            .component(
                component::<String>("C", 3).provides(|_| -> Arc<dyn Sink> { Arc::new(A) }).build(),
            )
            .asker(asker::<BTreeMap<String, Arc<dyn Sink>>>(Scope::Step)),
        expect![[r#"
            error: a component that provides `dyn it::findings::Sink` by name has none
            --> src/main.rs:90:1
             = asked for by `sink` of step `app::train`
            ::: src/main.rs:3:1
             = `app::C` has no name
             = help: give it one with `named = "…"`, or ask for all with `Vec<Arc<…>>`

            error: 2 components provide `dyn it::findings::Sink` named `x`
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
fn a_map_by_one_name() {
    let requirement = Requirement::of::<BTreeMap<String, Arc<dyn Sink>>>("sinks", Some("x"));
    let asks = component::<C>("C", 3).requires(requirement).build();
    let sinks = [sink_a().named("x").build(), sink_b().named("y").build(), asks];
    check(
        sinks.into_iter().fold(Container::builder(), ContainerBuilder::component),
        expect![[r#"
        error: a map has all components by their names, and not only `dyn it::findings::Sink` named `x`
        --> src/main.rs:3:1
         = asked for by `sinks` of component `app::C`
         = help: leave the name out, or ask for an `Arc` by that name"#]],
    );
}

#[test]
fn one_full_name_for_two() {
    check(
        Container::builder()
            .component(component::<A>("A", 1).build())
            .component(component::<B>("A", 2).build())
            // Of two that never meet, neither is wrong.
            .component(component::<B>("B", 3).when(Condition::Profile("x")).build())
            .component(component::<C>("B", 4).build()),
        expect![[r#"
            error: 2 components are called `app::A`
            --> src/main.rs:1:1
             = one of them
            ::: src/main.rs:2:1
             = one of them
             = help: a full name tells a component apart in messages and in the records of runs: give each its own, or replace the one by the other with `replace`"#]],
    );
}

#[test]
fn something_keeps_what_lives_shorter() {
    let needs = |parameter| Requirement::of::<Arc<A>>(parameter, None);
    check(
        Container::builder()
            .component(component::<A>("A", 1).scope(Scope::Step).build())
            .component(component::<B>("B", 2).scope(Scope::Transient).requires(needs("a")).build())
            .component(
                component::<C>("C", 3)
                    .requires(Requirement::of::<Arc<B>>("b", None))
                    .requires(Requirement::of::<Lazy<Arc<A>>>("fine", None))
                    .build(),
            )
            .component(component::<String>("D", 4).scope(Scope::Stage).requires(needs("a")).build())
            .asker(asker::<Arc<A>>(Scope::Step))
            .asker(asker::<Arc<B>>(Scope::Stage)),
        expect![[r#"
            error: `app::A` lives in a step only, and something keeps it longer
            --> src/main.rs:90:1
             = `sink` of step `app::train`, as long as a stage
            ::: src/main.rs:2:1
             = the transient `app::B` holds `app::A`
            ::: src/main.rs:1:1
             = `app::A`, one per step
             = help: take it where it is used, as a `Lazy<…>`, or give both the same scope

            error: `app::A` lives in a step only, and something keeps it longer
            --> src/main.rs:3:1
             = `b` of component `app::C`, as long as the container
            ::: src/main.rs:2:1
             = the transient `app::B` holds `app::A`
            ::: src/main.rs:1:1
             = `app::A`, one per step
             = help: take it where it is used, as a `Lazy<…>`, or give both the same scope

            error: `app::A` lives in a step only, and something keeps it longer
            --> src/main.rs:4:1
             = `a` of component `app::D`, as long as a stage
            ::: src/main.rs:1:1
             = `app::A`, one per step
             = help: take it where it is used, as a `Lazy<…>`, or give both the same scope"#]],
    );
}

#[test]
fn a_factory_of_what_there_is_one_of_and_hooks_that_nobody_calls() {
    check(
        Container::builder()
            .component(component::<A>("A", 1).scope(Scope::Transient).lifecycle().build())
            .component(component::<B>("B", 2).build())
            .asker(asker::<Factory<Arc<B>>>(Scope::Step))
            .asker(asker::<Factory<Arc<C>>>(Scope::Step)),
        expect![[r#"
            error: a factory makes a new `it::findings::B` at each call, but its scope is another
            --> src/main.rs:90:1
             = asked for by `sink` of step `app::train`
            ::: src/main.rs:2:1
             = the scope of `app::B` is `singleton`
             = help: say `scope = transient` there, or ask for an `Arc` or a `Lazy`

            error: no component provides `it::findings::C`
            --> src/main.rs:90:1
             = asked for by `sink` of step `app::train`
             = note: if one does, in another crate: a crate that nothing names is not linked, and its components are lost; add `use that_crate as _;` to this program; `thinking::assert_linked!()` in a test finds such crates
             = help: put `#[component]` on a type or function that provides it

            error: nobody starts and stops the transient `app::A`
            --> src/main.rs:1:1
             = implements `Lifecycle`
             = help: give it another scope, or do in its constructor and `Drop` what its hooks do"#]],
    );
}

#[test]
fn decisions_that_cannot_be_followed() {
    check(
        Container::builder()
            .component(sink_a().when(Condition::Profile("gpu")).build())
            .component(sink_b().build())
            .component(component::<C>("C", 3).build())
            .force::<dyn Sink>(Pick::of::<A>())
            .default_to::<dyn Sink>("app::C")
            .choices(Choices::new().force::<C>(Pick::of::<String>()).fallback("app::D"))
            .replace("app::E", component::<Vec<u8>>("F", 5).build())
            .remove("app::c"),
        expect![[r#"
            error: no component is `app::E`, which is to be replaced
            --> thinking-injection/tests/it/findings.rs
             = said here
             = help: did you mean `app::A`?

            error: no component is `app::c`, which is to be removed
            --> thinking-injection/tests/it/findings.rs
             = said here
             = help: did you mean `app::A`?

            error: no component is `app::D`
            --> thinking-injection/tests/it/findings.rs
             = made a fallback here

            error: `app::C` is the default for `dyn it::findings::Sink`, but does not provide it
            --> thinking-injection/tests/it/findings.rs
             = said here
            ::: src/main.rs:3:1
             = `app::C`
             = note: these provide it: app::A, app::B

            error: `it::findings::A` is forced for `dyn it::findings::Sink`, but is not active
            --> thinking-injection/tests/it/findings.rs
             = said here
            ::: src/main.rs:1:1
             = `app::A` is not active: it needs the profile `gpu`
             = help: activate it with `--profile gpu`

            error: `alloc::string::String` is forced for `it::findings::C`, but does not provide it
            --> thinking-injection/tests/it/findings.rs
             = said here
             = note: these provide it: app::C"#]],
    );
    check(
        Container::builder()
            .component(sink_a().build())
            .component(sink_b().build())
            .force::<dyn Sink>(Pick::of::<dyn Sink>()),
        expect![[r#"
            error: `dyn it::findings::Sink` is forced for `dyn it::findings::Sink`, but 2 components are that
            --> thinking-injection/tests/it/findings.rs
             = said here
            ::: src/main.rs:1:1
             = `app::A`
            ::: src/main.rs:2:1
             = `app::B`
             = help: pick one by its full name: `Pick::from("module::Name")`"#]],
    );
}

#[test]
fn the_wiring_says_how_each_is_asked_for_and_why_one_is_not_used() {
    let blueprint = Container::builder()
        .component(sink_a().fallback().build())
        .component(sink_b().primary().named("b").build())
        .component(
            component::<C>("C", 3)
                .requires(Requirement::of::<Lazy<Arc<dyn Sink>>>("lazy", None))
                .requires(Requirement::of::<Factory<Arc<String>>>("factory", None))
                .requires(Requirement::of::<Vec<Arc<dyn Sink>>>("all", None))
                .requires(Requirement::of::<Container>("container", None))
                .build(),
        )
        .component(component::<String>("D", 4).scope(Scope::Transient).build())
        .validate()
        .unwrap();
    expect![[r#"
        app::C  src/main.rs:3:1
        ├── lazy: later dyn it::findings::Sink
        │   └── app::B (named `b`, primary)  src/main.rs:2:1
        │       └── provides dyn it::findings::Sink
        ├── factory: a new alloc::string::String
        │   └── app::D (transient)  src/main.rs:4:1
        ├── all: all dyn it::findings::Sink
        │   └── app::B (named `b`, primary, above)
        └── container: the container
        app::A (fallback, gives way to `app::B`)  src/main.rs:1:1
        └── provides dyn it::findings::Sink
    "#]]
    .assert_eq(&blueprint.wiring().tree());
}

/// Validation of a peer found such a circle fine, and looking it up never ended.
#[test]
fn a_circle_that_only_transient_components_form_is_found() {
    let transient = |name, needs: Requirement| {
        component::<A>(name, 1).scope(Scope::Transient).requires(needs).named(match name {
            "A" => "a",
            _ => "b",
        })
    };
    let checked = Container::builder()
        .component(transient("A", Requirement::of::<Arc<A>>("b", Some("b"))).build())
        .component(transient("B", Requirement::of::<Arc<A>>("a", Some("a"))).build())
        .validate();
    let mistakes = checked.err().unwrap().diagnostics;
    assert_eq!(mistakes.len(), 1);
    assert_eq!(
        mistakes[0].message(),
        "components need one another: `app::A` → `app::B` → `app::A`"
    );
}
