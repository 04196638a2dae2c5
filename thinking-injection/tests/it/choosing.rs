//! Who answers where one is asked for: forced, named, primary, the only one, no fallback, default.

use std::sync::Arc;

use thinking::{
    Asker, Choices, Component, Condition, Container, ContainerBuilder, Contribution, Contributor,
    Extent, Pick, Requirement, ResolveError, Scope,
};
use thinking_modules::{Definition, Kind, here, register};
use thinking_runtime::{Config, Facet, Profiles, Runtime};

trait Clock: Send + Sync {
    fn name(&self) -> &'static str;
}

macro_rules! clocks {
    ($($ty:ident),*) => {$(
        #[derive(Default)]
        struct $ty;

        impl Clock for $ty {
            fn name(&self) -> &'static str {
                stringify!($ty)
            }
        }
    )*};
}

clocks!(A, B, C);

/// A builder of a clock of this type, and what is added to it.
macro_rules! clock {
    ($ty:ident $(.$option:ident($($value:expr)?))*) => {
        Component::builder::<$ty>(concat!("app::", stringify!($ty)), here!(), |_| Ok($ty))
            .provides(|clock| clock as Arc<dyn Clock>)
            $(.$option($($value)?))*
            .build()
    };
}

fn one(builder: ContainerBuilder) -> Result<&'static str, ResolveError> {
    Ok(builder.build().unwrap().get::<dyn Clock>()?.name())
}

fn all(builder: ContainerBuilder) -> Vec<&'static str> {
    let clocks: Vec<Arc<dyn Clock>> = builder.build().unwrap().inject(None).unwrap();
    clocks.iter().map(|clock| clock.name()).collect()
}

fn named(builder: ContainerBuilder, name: &str) -> &'static str {
    let clock: Arc<dyn Clock> = builder.build().unwrap().inject(Some(name)).unwrap();
    clock.name()
}

fn with(components: impl IntoIterator<Item = Component>) -> ContainerBuilder {
    components.into_iter().fold(Container::builder(), ContainerBuilder::component)
}

#[test]
fn what_is_forced_counts_more_than_a_name_and_a_primary() {
    let clocks = || with([clock!(A.primary()), clock!(B.named("b")), clock!(C)]);
    let forced = || clocks().force::<dyn Clock>(Pick::of::<C>());
    assert_eq!(one(clocks()).unwrap(), "A");
    assert_eq!(named(clocks(), "b"), "B");
    assert_eq!(one(forced()).unwrap(), "C");
    assert_eq!(named(forced(), "b"), "C");
    assert_eq!(all(forced()), ["A", "B", "C"], "all are still all");
    assert_eq!(one(forced().force::<dyn Clock>("app::B")).unwrap(), "B", "the last one counts");
}

#[test]
fn a_name_counts_more_than_a_primary_and_a_primary_among_those_with_the_name() {
    let clocks =
        || with([clock!(A.primary()), clock!(B.named("b")), clock!(C.named("b").primary())]);
    assert_eq!(named(clocks().remove(Pick::of::<C>()), "b"), "B");
    assert_eq!(named(clocks(), "b"), "C");
}

#[test]
fn a_fallback_takes_part_only_where_nothing_else_that_is_active_does() {
    let clocks = |b: Component| with([clock!(A.fallback()), b]);
    assert_eq!(one(clocks(clock!(B))).unwrap(), "B");
    assert_eq!(all(clocks(clock!(B))), ["B"]);
    let inactive = || clock!(B.when(Condition::Profile("gpu")));
    assert_eq!(one(clocks(inactive())).unwrap(), "A");
    assert_eq!(all(clocks(inactive())), ["A"]);
    // The program may say so of any component.
    assert_eq!(one(with([clock!(A), clock!(B)]).fallback(Pick::of::<A>())).unwrap(), "B");
}

#[test]
fn a_fallback_that_gives_way_is_not_built_unless_it_is_asked_for_itself() {
    let failing = || {
        Component::builder::<A>("app::A", here!(), |_| Err("it was built".into()))
            .provides(|clock| clock as Arc<dyn Clock>)
            .fallback()
            .build()
    };
    assert_eq!(one(with([failing(), clock!(B)])).unwrap(), "B");
    let asks = Component::builder::<C>("app::C", here!(), |_| Ok(C))
        .requires(Requirement::of::<Arc<A>>("a", None))
        .build();
    assert!(with([failing(), clock!(B), asks]).build().is_err());
}

#[test]
fn the_default_of_the_program_counts_least() {
    let default = |builder: ContainerBuilder| builder.default_to::<dyn Clock>(Pick::of::<B>());
    let two = || with([clock!(A), clock!(B)]);
    assert!(matches!(one(two()), Err(ResolveError::Ambiguous { .. })));
    assert_eq!(one(default(two())).unwrap(), "B");
    assert_eq!(one(default(with([clock!(A.primary()), clock!(B)]))).unwrap(), "A");
    assert_eq!(one(default(with([clock!(A), clock!(B.fallback())]))).unwrap(), "A");
    let forced = default(two()).force::<dyn Clock>(Pick::of::<A>());
    assert_eq!(one(forced).unwrap(), "A");
}

#[test]
fn all_come_by_order_then_by_module_and_name() {
    let clocks = with([clock!(A.order(1)), clock!(C), clock!(B.order(-1))]);
    assert_eq!(all(clocks), ["B", "C", "A"]);
    // By parts: as texts, `a1::` comes before `a::`.
    let at =
        |path: &'static str| Component::builder::<String>(path, here!(), move |_| Ok(path.into()));
    let paths = ["a1::X", "a::b::X", "a::X", "a::a"].map(|path| at(path).build());
    let container = with(paths).build().unwrap();
    let paths: Vec<Arc<String>> = container.inject(None).unwrap();
    let paths: Vec<_> = paths.iter().map(|path| path.as_str()).collect();
    assert_eq!(paths, ["a::X", "a::a", "a::b::X", "a1::X"]);
}

#[derive(serde::Deserialize, Facet)]
#[facet(name = "clocks", crate = thinking_runtime)]
struct Clocks {
    #[facet(default = "A")]
    forced: String,
    #[facet(default = 2, auxiliary)]
    level: u32,
    #[facet(default = 0.5)]
    rate: f64,
    #[facet(default = "hidden", secret)]
    #[allow(dead_code, reason = "only its key is looked at")]
    password: String,
    #[allow(dead_code, reason = "only its key is looked at")]
    speed: Option<u32>,
    #[serde(default)]
    #[allow(dead_code, reason = "only its key is looked at")]
    zone: Zone,
}

#[derive(Default, serde::Deserialize)]
#[allow(dead_code, reason = "only its keys are looked at")]
struct Zone {
    name: Option<String>,
    summer: Option<Summer>,
    token: Option<thinking_runtime::Secret<String>>,
}

#[derive(serde::Deserialize)]
#[allow(dead_code, reason = "only its keys are looked at")]
struct Summer {
    observed: bool,
    shift: std::time::Duration,
}

static CONTRIBUTOR: Contributor = Contributor {
    contribute: |runtime| {
        let mut choices = Choices::new().default_to::<dyn Clock>("app::A");
        let clocks: Config<Clocks> = runtime.facets().config().unwrap();
        if clocks.forced() != "A" {
            choices = choices.force::<dyn Clock>(format!("app::{}", clocks.forced()));
        }
        // Other tests of this binary have no clocks at all.
        let components = vec![clock!(A), clock!(B)];
        Contribution { choices, components, ..Contribution::default() }
    },
    provides: Vec::new,
};

register!(Definition {
    module: module_path!(),
    name: "clocks",
    kind: Kind::Contributor,
    place: here!(),
    item: &CONTRIBUTOR,
});

pub(crate) fn runtime(assignments: &[&str]) -> Arc<Runtime> {
    let (runtime, mistakes) = Runtime::builder(thinking_modules::main_module!())
        .environment([])
        .assignments(assignments.iter().map(|text| text.to_string()))
        .load();
    assert!(mistakes.is_empty(), "{mistakes:?}");
    Arc::new(runtime)
}

#[test]
fn choices_may_depend_on_configuration() {
    let asker = Asker {
        label: "the test".to_owned(),
        place: here!(),
        requirements: vec![Requirement::of::<Arc<dyn Clock>>("clock", None)],
        scope: Scope::Singleton,
    };
    let builder = |assignments: &[&str]| {
        let builder = Container::builder().registered().runtime(runtime(assignments));
        builder.asker(asker.clone()).extent(Extent::Needed)
    };
    assert_eq!(one(builder(&[])).unwrap(), "A");
    assert_eq!(one(builder(&["clocks.forced=B"])).unwrap(), "B");
    // A test decides after the program.
    let builder = builder(&["clocks.forced=B"]).force::<dyn Clock>("app::A");
    assert_eq!(one(builder).unwrap(), "A");
}

fn facet(key: &'static str, value: &'static str) -> Condition {
    Condition::Facet { facet: "clocks", key, value }
}

#[test]
fn a_component_takes_part_while_a_setting_has_a_value_also_an_auxiliary_one() {
    let named = |condition: Condition, assignments: &[&str]| {
        let clocks = with([clock!(A.fallback()), clock!(B.when(condition))]);
        one(clocks.runtime(runtime(assignments))).unwrap()
    };
    assert_eq!(named(facet("forced", "\"B\""), &[]), "A");
    assert_eq!(named(facet("forced", "\"B\""), &["clocks.forced=B"]), "B");
    assert_eq!(named(facet("level", "2"), &[]), "B");
    assert_eq!(named(facet("level", "2"), &["clocks.level=3"]), "A");
    // However the number is written.
    assert_eq!(named(facet("rate", "2.0"), &["clocks.rate=2"]), "B");
    assert_eq!(named(facet("speed", "1"), &[]), "A");
    assert_eq!(named(Condition::Not(Box::new(facet("speed", "1"))), &[]), "B");
}

#[test]
fn a_setting_may_lie_in_a_table() {
    let named = |condition: Condition, assignments: &[&str]| {
        let clocks = with([clock!(A.fallback()), clock!(B.when(condition))]);
        one(clocks.runtime(runtime(assignments))).unwrap()
    };
    let summer = |rest| ["clocks.zone.summer.observed=true", rest];
    assert_eq!(named(facet("zone.name", "\"CET\""), &[]), "A");
    assert_eq!(named(facet("zone.name", "\"CET\""), &["clocks.zone.name=CET"]), "B");
    let observed = || facet("zone.summer.observed", "true");
    assert_eq!(named(observed(), &[]), "A");
    assert_eq!(named(observed(), &summer("clocks.zone.summer.shift=1h")), "B");
    // Whichever way it is spelled.
    let shift = || facet("zone.summer.shift", "\"1h\"");
    assert_eq!(named(shift(), &summer("clocks.zone.summer.shift='60 min'")), "B");
    assert_eq!(named(shift(), &summer("clocks.zone.summer.shift=2h")), "A");
}

#[test]
fn any_all_and_not_combine_conditions() {
    let profile = Condition::Profile;
    let either = || Condition::Any(vec![profile("x"), profile("y")]);
    let both = || Condition::All(vec![profile("x"), profile("y")]);
    let not = || Condition::Not(Box::new(profile("x")));
    for (condition, active, expected) in [
        (either(), vec!["y"], "B"),
        (either(), vec![], "A"),
        (both(), vec!["y"], "A"),
        (both(), vec!["x", "y"], "B"),
        (not(), vec![], "B"),
        (not(), vec!["x"], "A"),
    ] {
        let text = condition.to_string();
        let clocks = with([clock!(A.fallback()), clock!(B.when(condition))]);
        let profiles = Profiles::new(active.iter().copied());
        assert_eq!(one(clocks.profiles(profiles)).unwrap(), expected, "{text} with {active:?}");
    }
}

#[test]
fn a_component_fills_a_gap_whatever_the_order_of_the_conditions() {
    let missing = || Condition::Missing(thinking::TypeKey::of::<dyn Clock>());
    let one_of = |components: Vec<Component>| one(with(components));
    let gap = || clock!(A.when(missing()));
    assert_eq!(one_of(vec![gap()]).unwrap(), "A");
    assert_eq!(one_of(vec![gap(), clock!(B)]).unwrap(), "B");
    assert_eq!(one_of(vec![gap(), clock!(B.when(Condition::Profile("off")))]).unwrap(), "A");
    assert_eq!(one_of(vec![gap(), clock!(B.fallback())]).unwrap(), "A");
    // Two that look for the same gap both find it, so that neither depends on the other.
    let two = one_of(vec![gap(), clock!(B.when(missing()))]);
    assert!(matches!(two, Err(ResolveError::Ambiguous { .. })));
}

#[test]
fn an_optional_one_is_none_only_if_nothing_provides_it() {
    let optional =
        |builder: ContainerBuilder| builder.build().unwrap().inject::<Option<Arc<dyn Clock>>>(None);
    assert!(optional(with([])).unwrap().is_none());
    assert!(optional(with([clock!(A.when(Condition::Profile("off")))])).unwrap().is_none());
    assert_eq!(optional(with([clock!(A.fallback())])).unwrap().unwrap().name(), "A");
    assert!(matches!(optional(with([clock!(A), clock!(B)])), Err(ResolveError::Ambiguous { .. })));
    // Whichever is described first.
    assert!(matches!(optional(with([clock!(B), clock!(A)])), Err(ResolveError::Ambiguous { .. })));
}

/// Reads a setting, as a component does that copies it.
pub(crate) fn read_rate(runtime: &Runtime) -> f64 {
    runtime.facets().config::<Clocks>().unwrap().rate()
}
