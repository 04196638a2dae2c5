//! Random graphs against a naive model: the same choices, the same order, the same findings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use thinking_modules::Place;
use thinking_runtime::Profiles;

use super::{Extent, by_parts};
use crate::component::{Component, Provision};
use crate::{
    Asker, Condition, Container, ContainerBuilder, Pick, Requirement, ResolveError, Scope, TypeKey,
    Want,
};

const TYPES: usize = 5;
const NAMES: [&str; 2] = ["x", "y"];

/// A component, which knows its path.
struct Own(String);

/// What components provide.
struct Provided<const K: usize>(String);

fn provision(k: usize) -> Provision {
    match k {
        0 => Provision::new::<Own, Provided<0>>(|own| Arc::new(Provided(own.0.clone()))),
        1 => Provision::new::<Own, Provided<1>>(|own| Arc::new(Provided(own.0.clone()))),
        2 => Provision::new::<Own, Provided<2>>(|own| Arc::new(Provided(own.0.clone()))),
        3 => Provision::new::<Own, Provided<3>>(|own| Arc::new(Provided(own.0.clone()))),
        _ => Provision::new::<Own, Provided<4>>(|own| Arc::new(Provided(own.0.clone()))),
    }
}

fn key(k: usize) -> TypeKey {
    provision(k).key
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Arity {
    One,
    Optional,
    All,
    Later,
}

#[derive(Debug, Clone, Copy)]
struct Need {
    k: usize,
    arity: Arity,
    name: Option<&'static str>,
}

#[derive(Debug, Clone)]
enum When {
    Always,
    Profile(bool),
    Missing(usize),
    Either(bool, usize),
}

#[derive(Debug, Clone)]
struct Spec {
    provides: BTreeSet<usize>,
    name: Option<&'static str>,
    primary: bool,
    fallback: bool,
    order: i32,
    when: When,
    needs: Vec<Need>,
}

/// Who is decided for a type: the component's position.
type Decisions = BTreeMap<usize, usize>;

#[derive(Debug, Clone)]
struct World {
    specs: Vec<Spec>,
    asked: Vec<Need>,
    everything: bool,
    forced: Decisions,
    defaults: Decisions,
}

fn name() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![3 => Just(None), 1 => Just(Some(NAMES[0])), 1 => Just(Some(NAMES[1]))]
}

fn need() -> impl Strategy<Value = Need> {
    let arity = prop_oneof![
        3 => Just(Arity::One),
        2 => Just(Arity::Optional),
        2 => Just(Arity::All),
        1 => Just(Arity::Later),
    ];
    let name = prop_oneof![4 => Just(None), 1 => name()];
    (0..TYPES, arity, name).prop_map(|(k, arity, name)| Need { k, arity, name })
}

fn spec() -> impl Strategy<Value = Spec> {
    let when = prop_oneof![
        6 => Just(When::Always),
        1 => any::<bool>().prop_map(When::Profile),
        1 => (0..TYPES).prop_map(When::Missing),
        1 => (any::<bool>(), 0..TYPES).prop_map(|(on, k)| When::Either(on, k)),
    ];
    let flag = |weight| prop::bool::weighted(weight);
    let provides = prop::collection::btree_set(0..TYPES, 0..3);
    let needs = prop::collection::vec(need(), 0..3);
    (provides, name(), flag(0.25), flag(0.2), -1..2, when, needs).prop_map(
        |(provides, name, primary, fallback, order, when, needs)| Spec {
            provides,
            name,
            primary,
            fallback,
            order,
            when,
            needs,
        },
    )
}

fn world() -> impl Strategy<Value = World> {
    let decisions = || prop::collection::btree_map(0..TYPES, 0..8_usize, 0..2);
    (
        prop::collection::vec(spec(), 0..8),
        prop::collection::vec(need(), 0..3),
        any::<bool>(),
        prop_oneof![3 => Just(Decisions::new()), 1 => decisions()],
        prop_oneof![2 => Just(Decisions::new()), 1 => decisions()],
    )
        .prop_map(|(specs, asked, everything, forced, defaults)| World {
            specs,
            asked,
            everything,
            forced,
            defaults,
        })
}

/// Paths are not in the order of the positions.
fn path(position: usize) -> String {
    format!("app::c{}", (position * 5 + 3) % 8)
}

fn place(line: usize) -> Place {
    Place { file: "src/main.rs", line: line as u32, column: 1 }
}

fn requirement(need: &Need) -> Requirement {
    let want = match need.arity {
        Arity::One => Want::Components(key(need.k), crate::Arity::One),
        Arity::Optional => Want::Components(key(need.k), crate::Arity::Optional),
        Arity::All => Want::Components(key(need.k), crate::Arity::All),
        Arity::Later => Want::Later(key(need.k), crate::Arity::One),
    };
    Requirement { parameter: "needed", want, name: need.name }
}

fn profile(on: bool) -> Condition {
    Condition::Profile(if on { "on" } else { "off" })
}

fn component(position: usize, spec: &Spec) -> Component {
    let own = path(position);
    let mut builder =
        Component::builder(path(position), place(position), move |_| Ok(Own(own.clone())))
            .order(spec.order);
    if let Some(name) = spec.name {
        builder = builder.named(name);
    }
    if spec.primary {
        builder = builder.primary();
    }
    if spec.fallback {
        builder = builder.fallback();
    }
    builder = match spec.when {
        When::Always => builder,
        When::Profile(on) => builder.when(profile(on)),
        When::Missing(k) => builder.when(Condition::Missing(key(k))),
        When::Either(on, k) => {
            builder.when(Condition::Any(vec![profile(on), Condition::Missing(key(k))]))
        }
    };
    let builder = spec.needs.iter().fold(builder, |b, need| b.requires(requirement(need)));
    let mut component = builder.build();
    spec.provides.iter().for_each(|k| component.provide(provision(*k)));
    component
}

impl World {
    fn builder(&self) -> ContainerBuilder {
        let mut builder = Container::builder()
            .profiles(Profiles::new(["on"]))
            .extent(if self.everything { Extent::Everything } else { Extent::Needed })
            .asker(Asker {
                label: "the test".to_owned(),
                place: place(90),
                requirements: self.asked.iter().map(requirement).collect(),
                scope: Scope::Singleton,
            });
        for (position, spec) in self.specs.iter().enumerate() {
            builder = builder.component(component(position, spec));
        }
        let mut choices = crate::Choices::new();
        for (decisions, forced) in [(&self.defaults, false), (&self.forced, true)] {
            for (k, position) in decisions {
                let pick = Pick::from(path(*position));
                choices = match (k, forced) {
                    (0, true) => choices.force::<Provided<0>>(pick),
                    (1, true) => choices.force::<Provided<1>>(pick),
                    (2, true) => choices.force::<Provided<2>>(pick),
                    (3, true) => choices.force::<Provided<3>>(pick),
                    (_, true) => choices.force::<Provided<4>>(pick),
                    (0, false) => choices.default_to::<Provided<0>>(pick),
                    (1, false) => choices.default_to::<Provided<1>>(pick),
                    (2, false) => choices.default_to::<Provided<2>>(pick),
                    (3, false) => choices.default_to::<Provided<3>>(pick),
                    (_, false) => choices.default_to::<Provided<4>>(pick),
                };
            }
        }
        builder.choices(choices)
    }

    // The model: each question is answered from the specification, every time anew.

    fn looks_for_gaps(&self, c: usize) -> bool {
        matches!(self.specs[c].when, When::Missing(_) | When::Either(..))
    }

    fn is_missing(&self, k: usize) -> bool {
        !(0..self.specs.len()).any(|c| {
            self.specs[c].provides.contains(&k)
                && !self.specs[c].fallback
                && !self.looks_for_gaps(c)
                && self.is_active(c)
        })
    }

    fn is_active(&self, c: usize) -> bool {
        match self.specs[c].when {
            When::Always => true,
            When::Profile(on) => on,
            When::Missing(k) => self.is_missing(k),
            When::Either(on, k) => on || self.is_missing(k),
        }
    }

    fn all(&self, k: usize) -> Vec<usize> {
        let mut all: Vec<_> = (0..self.specs.len())
            .filter(|c| self.is_active(*c) && self.specs[*c].provides.contains(&k))
            .collect();
        if all.iter().any(|c| !self.specs[*c].fallback) {
            all.retain(|c| !self.specs[*c].fallback);
        }
        all.sort_by_key(|c| (self.specs[*c].order, path(*c)));
        all
    }

    /// The component that a decision names, if it can be followed.
    fn decided(&self, decisions: &Decisions, k: usize) -> Option<usize> {
        let c = *decisions.get(&k)?;
        let spec = self.specs.get(c)?;
        (spec.provides.contains(&k) && self.is_active(c)).then_some(c)
    }

    /// One, none, or how many there are.
    fn choose(&self, k: usize, name: Option<&str>) -> Result<Option<usize>, usize> {
        if let Some(forced) = self.decided(&self.forced, k) {
            return Ok(Some(forced));
        }
        let mut all = self.all(k);
        all.retain(|c| name.is_none() || self.specs[*c].name == name);
        let primaries: Vec<_> = all.iter().copied().filter(|c| self.specs[*c].primary).collect();
        match (all.len(), primaries.len()) {
            (0 | 1, _) => Ok(all.first().copied()),
            (_, 1) => Ok(Some(primaries[0])),
            (_, 0) => match self.decided(&self.defaults, k).filter(|c| all.contains(c)) {
                Some(default) => Ok(Some(default)),
                None => Err(all.len()),
            },
            (_, several) => Err(several),
        }
    }

    fn answers(&self, need: &Need) -> Vec<usize> {
        match need.arity {
            Arity::All => {
                let mut all = self.all(need.k);
                all.retain(|c| need.name.is_none() || self.specs[*c].name == need.name);
                all
            }
            _ => self.choose(need.k, need.name).ok().flatten().into_iter().collect(),
        }
    }

    fn answer(&self, c: usize, later: bool) -> Vec<usize> {
        let needs = self.specs[c].needs.iter();
        let mut answers: Vec<_> = needs
            .filter(|need| (need.arity == Arity::Later) == later)
            .flat_map(|need| self.answers(need))
            .collect();
        answers.sort_by_key(|c| path(*c));
        answers
    }

    fn roots(&self) -> Vec<usize> {
        let mut roots: Vec<_> = match self.everything {
            false => self.asked.iter().flat_map(|need| self.answers(need)).collect(),
            true => (0..self.specs.len())
                .filter(|c| self.is_active(*c))
                .filter(|c| {
                    let spec = &self.specs[*c];
                    let mut provides = spec.provides.iter();
                    // `Own` is provided by all: a fallback for nothing else gives way to others.
                    let is_alone = || {
                        spec.provides.is_empty()
                            && (0..self.specs.len())
                                .all(|c| self.specs[c].fallback || !self.is_active(c))
                    };
                    !spec.fallback
                        || is_alone()
                        || provides.any(|k| {
                            self.all(*k).contains(c) || self.decided(&self.forced, *k) == Some(*c)
                        })
                })
                .collect(),
        };
        roots.sort_by_key(|c| path(*c));
        roots
    }

    fn visit(&self, c: usize, order: &mut Vec<usize>, trail: &mut Vec<usize>) {
        if order.contains(&c) || trail.contains(&c) {
            return;
        }
        trail.push(c);
        self.answer(c, false).into_iter().for_each(|next| self.visit(next, order, trail));
        trail.pop();
        order.push(c);
    }

    fn order(&self) -> Vec<usize> {
        let mut order = Vec::new();
        self.roots().into_iter().for_each(|root| self.visit(root, &mut order, &mut Vec::new()));
        let mut at = 0;
        while at < order.len() {
            for next in self.answer(order[at], true) {
                self.visit(next, &mut order, &mut Vec::new());
            }
            at += 1;
        }
        order
    }

    fn reaches(&self, from: usize, to: usize) -> bool {
        let (mut next, mut seen) = (self.answer(from, false), BTreeSet::new());
        while let Some(c) = next.pop() {
            if c == to {
                return true;
            }
            if seen.insert(c) {
                next.extend(self.answer(c, false));
            }
        }
        false
    }

    /// The messages without those about cycles, and whether there is a cycle.
    fn findings(&self) -> (BTreeSet<String>, bool) {
        let mut messages = BTreeSet::new();
        for (decisions, what) in [(&self.defaults, "the default"), (&self.forced, "forced")] {
            for (k, c) in decisions {
                if self.decided(decisions, *k).is_none() {
                    let spec = self.specs.get(*c);
                    let reason = match spec.is_some_and(|spec| spec.provides.contains(k)) {
                        true => "is not active",
                        false => "does not provide it",
                    };
                    let (path, key) = (path(*c), key(*k));
                    messages.insert(format!("`{path}` is {what} for `{key}`, but {reason}"));
                }
            }
        }
        let order = self.order();
        let inner = order.iter().flat_map(|c| &self.specs[*c].needs);
        for need in self.asked.iter().chain(inner) {
            let wanted = match need.name {
                Some(name) => format!("`{}` named `{name}`", key(need.k)),
                None => format!("`{}`", key(need.k)),
            };
            match (need.arity, self.choose(need.k, need.name)) {
                (Arity::One | Arity::Later, Ok(None)) => {
                    messages.insert(format!("no component provides {wanted}"));
                }
                (Arity::One | Arity::Later | Arity::Optional, Err(count)) => {
                    messages.insert(format!("{count} components provide {wanted}"));
                }
                _ => {}
            }
        }
        (messages, order.iter().any(|c| self.reaches(*c, *c)))
    }
}

fn get<const K: usize>(container: &Container, name: Option<&str>) -> Result<Option<String>, usize> {
    match container.inject::<Option<Arc<Provided<K>>>>(name) {
        Ok(provided) => Ok(provided.map(|provided| provided.0.clone())),
        Err(ResolveError::Ambiguous { candidates, .. }) => Err(candidates.len()),
        Err(error) => panic!("{error}"),
    }
}

fn get_all<const K: usize>(container: &Container) -> Vec<String> {
    let all: Vec<Arc<Provided<K>>> = container.inject(None).unwrap();
    all.iter().map(|provided| provided.0.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_random_graph_is_as_the_model_says(world in world()) {
        let (expected, has_cycle) = world.findings();
        match world.builder().validate() {
            Ok(blueprint) => {
                prop_assert!(expected.is_empty(), "not found: {expected:?}");
                prop_assert!(!has_cycle, "a cycle was not found");
                let paths = blueprint.graph.paths(&blueprint.graph.order);
                let order: Vec<_> = world.order().into_iter().map(path).collect();
                prop_assert_eq!(&paths, &order);
                let container = blueprint.build().unwrap();
                // What is not needed is not built, so only a full container answers everything.
                if world.everything {
                    for name in [None, Some(NAMES[0]), Some(NAMES[1])] {
                        let found = [
                            get::<0>(&container, name), get::<1>(&container, name),
                            get::<2>(&container, name), get::<3>(&container, name),
                            get::<4>(&container, name),
                        ];
                        for (k, found) in found.into_iter().enumerate() {
                            let chosen = world.choose(k, name);
                            prop_assert_eq!(found, chosen.map(|chosen| chosen.map(path)));
                        }
                    }
                    let found = [
                        get_all::<0>(&container), get_all::<1>(&container), get_all::<2>(&container),
                        get_all::<3>(&container), get_all::<4>(&container),
                    ];
                    for (k, found) in found.into_iter().enumerate() {
                        prop_assert_eq!(found, world.all(k).into_iter().map(path).collect::<Vec<_>>());
                    }
                }
            }
            Err(error) => {
                let messages = error.diagnostics.iter().map(|mistake| mistake.message().to_owned());
                let (cycles, messages): (Vec<_>, BTreeSet<_>) = {
                    let (cycles, others): (Vec<_>, Vec<_>) =
                        messages.partition(|message| message.starts_with("components need"));
                    (cycles, others.into_iter().collect())
                };
                prop_assert_eq!(messages, expected);
                prop_assert_eq!(!cycles.is_empty(), has_cycle);
                for cycle in cycles {
                    let members: Vec<_> = cycle.split('`').skip(1).step_by(2).collect();
                    let at = |path: &str| (0..8).find(|c| self::path(*c) == path).unwrap();
                    for link in members.windows(2) {
                        prop_assert!(world.answer(at(link[0]), false).contains(&at(link[1])));
                    }
                }
            }
        }
    }

    #[test]
    fn names_are_compared_by_parts(a in "[a-c1:_]{0,5}", b in "[a-c1:_]{0,5}") {
        // Single colons do not occur; parts are separated by two of them.
        let (a, b) = (a.replace(':', "::"), b.replace(':', "::"));
        let by_model = a.split("::").cmp(b.split("::"));
        prop_assert_eq!(by_parts(&a, &b), by_model, "{} and {}", a, b);
    }
}

#[test]
fn the_random_graphs_are_neither_all_right_nor_all_wrong() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut counts = [0; 3];
    for _ in 0..500 {
        let world = world().new_tree(&mut runner).unwrap().current();
        let (findings, has_cycle) = world.findings();
        counts[0] += usize::from(findings.is_empty() && !has_cycle && !world.order().is_empty());
        counts[1] += usize::from(!findings.is_empty());
        counts[2] += usize::from(has_cycle);
    }
    assert!(counts.iter().all(|count| *count > 25), "{counts:?}");
}
