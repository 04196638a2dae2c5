//! What functions with `#[choices]` decide.

use std::sync::Arc;

use expect_test::{Expect, expect};
use serde::Deserialize;
use thinking::{
    Asker, Choices, Container, ContainerBuilder, Extent, Inject, Pick, Requirement, Scope, choices,
    component, interface,
};
use thinking_modules::{Kind, Place, registry};
use thinking_runtime::{Config, Facet, Runtime};

#[interface]
trait Store: Send + Sync {
    fn name(&self) -> &'static str;
}

macro_rules! stores {
    ($($ty:ident),*) => {$(
        #[component(provides = dyn Store)]
        struct $ty;

        impl Store for $ty {
            fn name(&self) -> &'static str {
                stringify!($ty)
            }
        }
    )*};
}

stores!(Cloud, Disk, Memory);

#[derive(Deserialize, Facet)]
#[facet(name = "storage", crate = thinking_runtime)]
struct Storage {
    #[facet(default = "")]
    forced: String,
    #[facet(default = true)]
    disk: bool,
}

/// Asked in the order of the names: what `b` says about a type counts, what `a` says besides, too.
#[choices]
fn a(storage: Config<Storage>) -> Choices {
    let choices = Choices::new().default_to::<dyn Store>(Pick::of::<Memory>());
    match &**storage.forced() {
        "" => choices,
        name => choices.force::<dyn Store>(format!("it::decided::{name}")),
    }
}

#[choices]
fn b(storage: Config<Storage>, runtime: Arc<Runtime>) -> Choices {
    let choices = Choices::new();
    let choices = match storage.disk() && !runtime.profiles().is_active("diskless") {
        true => choices.default_to::<dyn Store>(Pick::of::<Disk>()),
        false => choices,
    };
    // Phases, not the order in which it is said, count.
    choices.fallback(Pick::of::<Cloud>())
}

fn builder<T: Inject>(assignments: &[&str]) -> ContainerBuilder {
    let (runtime, _) = Runtime::builder(thinking_modules::main_module!())
        .environment([])
        .assignments(assignments.iter().map(|text| text.to_string()))
        .load();
    let builder = Container::builder().registered().runtime(Arc::new(runtime));
    builder.extent(Extent::Needed).asker(Asker {
        label: "the test".to_owned(),
        place: Place { file: "src/main.rs", line: 1, column: 1 },
        requirements: vec![Requirement::of::<T>("needed", None)],
        scope: Scope::Singleton,
    })
}

fn one(builder: ContainerBuilder) -> &'static str {
    builder.build().unwrap().get::<dyn Store>().unwrap().name()
}

#[test]
fn they_see_the_configuration_and_the_last_one_about_a_type_counts() {
    let one = |assignments: &[&str]| one(builder::<Arc<dyn Store>>(assignments));
    assert_eq!(one(&[]), "Disk");
    assert_eq!(one(&["storage.disk=false"]), "Memory");
    assert_eq!(one(&["storage.forced=Memory"]), "Memory");
    assert_eq!(one(&["storage.forced=Cloud"]), "Cloud", "also a fallback");
}

#[test]
fn a_builder_decides_after_them() {
    let builder = || builder::<Arc<dyn Store>>(&["storage.forced=Memory"]);
    assert_eq!(one(builder().force::<dyn Store>(Pick::of::<Disk>())), "Disk");
    // Another container like it has decided, too.
    assert_eq!(one(builder().build().unwrap().derive()), "Memory");
}

#[track_caller]
fn check(builder: ContainerBuilder, expected: Expect) {
    let error = builder.build().err().map(|error| error.to_string()).unwrap_or_default();
    let lines = error.lines().map(|line| match line.split_once("tests/it/decided.rs:") {
        Some((before, _)) => format!("{before}tests/it/decided.rs"),
        None => line.to_owned(),
    });
    expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn what_they_pick_wrongly_is_said_with_their_place() {
    check(
        builder::<Arc<dyn Store>>(&["storage.forced=Dusk"]),
        expect![[r#"
        error: `it::decided::Dusk` is forced for `dyn it::decided::Store`, but does not provide it
        --> thinking-injection/tests/it/decided.rs
         = said here
         = note: these provide it: it::decided::Cloud, it::decided::Disk, it::decided::Memory"#]],
    );
}

#[test]
fn a_mistake_of_their_configuration_is_the_only_one() {
    check(
        builder::<Arc<dyn Store>>(&["storage.disk=perhaps"]),
        expect![[r#"
        error: wrong value for `storage.disk`: found string "perhaps"
         |
         = note: --set storage.disk=perhaps: expected a boolean"#]],
    );
    // What needs no component goes on.
    assert!(builder::<Container>(&["storage.disk=perhaps"]).build().is_ok());
}

#[test]
fn they_are_part_of_what_the_program_knows_of_itself() {
    let known = registry::of_kind(Kind::Choices).map(|definition| definition.path());
    assert_eq!(known.collect::<Vec<_>>(), ["it::decided::a", "it::decided::b"]);
}
