//! The graph of components, as a pure function of their descriptions: who answers whom, in which
//! order they are built, and everything that is wrong with it.
//!
//! Every answer is found once, when the graph is arranged; a look-up reads it. Components are
//! sorted by their full names, so an index is also a rank, and nothing compares texts afterwards.

use std::any::TypeId;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use thinking_runtime::{Profiles, Setting};

use crate::choices::Choices;
use crate::component::Component;
use crate::requirement::{Arity, Asker, Requirement, TypeKey, Want};
use crate::scope::Scope;
use crate::types::{self, Numbers};

mod check;
pub(crate) mod choice;
mod describe;
mod finding;
mod standing;
mod walk;

pub(crate) use choice::{Choice, Member};
pub(crate) use describe::is_internal;
pub(crate) use finding::Finding;
use standing::{Standing, fallbacks, standings};
use walk::Walk;

/// Which components a container builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// All active ones.
    #[default]
    Everything,
    /// Those that its askers need, directly or through others.
    Needed,
}

/// Components with the answers to all their requirements. Indices are positions in `components`.
pub(crate) struct Graph {
    pub(crate) components: Arc<Vec<Arc<Component>>>,
    /// Empty if all components are active.
    standings: Vec<Standing>,
    /// Whether a component gives way to others, by itself or by the program's choice.
    fallbacks: Vec<bool>,
    numbers: Arc<Numbers>,
    /// By the number of the type.
    answers: Vec<Answer>,
    /// What the program decided about single types, by their numbers.
    forced: BTreeMap<u32, Member>,
    defaults: BTreeMap<u32, u32>,
    /// Who takes part, type by type.
    members: Vec<Member>,
    /// The first slot of each component: one per provision; and at the end their number.
    starts: Vec<u32>,
    /// What each component holds, in order of the names, without doubles.
    edges: Vec<u32>,
    edge_starts: Vec<u32>,
    /// For each requirement of each component the slot of what answers it, or [`NO_SLOT`] if that is
    /// not one component.
    required: Vec<u32>,
    required_starts: Vec<u32>,
    /// What is asked for through `Lazy` and `Factory`.
    later: HashMap<u32, Vec<u32>>,
    /// The singletons to build, dependencies first.
    pub(crate) order: Vec<u32>,
    /// Whether any component lives in a stage or step only.
    pub(crate) has_scoped: bool,
    /// Whether any component is no singleton.
    has_short_lived: bool,
}

const NO_SLOT: u32 = u32::MAX;

/// Who answers where a type is asked for.
#[derive(Clone, Copy)]
struct Answer {
    /// The one, if none is asked for by name and there is one: what a look-up needs, at once.
    one: Option<Member>,
    /// The range of `members`.
    start: u32,
    end: u32,
}

/// What surrounds the graph.
pub(crate) struct Surroundings<'a> {
    pub(crate) profiles: &'a Profiles,
    pub(crate) askers: &'a [Asker],
    pub(crate) extent: Extent,
    pub(crate) choices: &'a Choices,
    /// Types whose absence has been reported already.
    pub(crate) excused: &'a HashSet<TypeId>,
    /// Whether a facet can be supplied.
    pub(crate) has_facet: &'a dyn Fn(TypeId) -> bool,
    /// What a key of a facet holds; nothing without a configuration.
    pub(crate) setting: &'a dyn Fn(&str, &str) -> Option<Setting>,
}

impl Graph {
    /// Arranges `components`. With findings, the order is not usable.
    pub(crate) fn arrange(
        mut components: Arc<Vec<Arc<Component>>>,
        around: &Surroundings<'_>,
    ) -> (Graph, Vec<Finding>) {
        if !components.is_sorted_by(|a, b| by_name(a, b) != Ordering::Greater) {
            Arc::make_mut(&mut components).sort_by(|a, b| by_name(a, b));
        }
        let fallbacks = fallbacks(&components, around.choices);
        let standings = standings(&components, &fallbacks, around);
        let scopes = || components.iter().map(|component| component.scope);
        let has_short_lived = scopes().any(|scope| scope != Scope::Singleton);
        let has_scoped =
            has_short_lived && scopes().any(|scope| matches!(scope, Scope::Stage | Scope::Step));
        let mut graph = Graph {
            components,
            standings,
            fallbacks,
            numbers: types::numbers(),
            answers: Vec::new(),
            forced: BTreeMap::new(),
            defaults: BTreeMap::new(),
            members: Vec::new(),
            starts: Vec::new(),
            edges: Vec::new(),
            edge_starts: Vec::new(),
            required: Vec::new(),
            required_starts: Vec::new(),
            later: HashMap::new(),
            order: Vec::new(),
            has_scoped,
            has_short_lived,
        };
        graph.answer_types();
        let mut findings = graph.decide(around.choices);
        let suspects = graph.link();
        let mut walk = Walk::new(&graph);
        match around.extent {
            Extent::Everything => walk.visit_all(graph.wanted()),
            Extent::Needed => walk.visit_all(graph.asked(around.askers)),
        }
        findings.extend(graph.check(around, &walk, &suspects));
        let mut order = walk.order;
        if has_short_lived {
            order.retain(|index| graph.component(*index).scope == Scope::Singleton);
        }
        graph.order = order;
        (graph, findings)
    }

    /// Returns the one that answers for a type without a name, ready to be looked up.
    pub(crate) fn slot(&self, id: TypeId) -> Option<usize> {
        let number = *self.numbers.get(&id)?;
        Some(self.answers.get(number as usize)?.one?.slot as usize)
    }

    /// Chooses the one component that answers.
    pub(crate) fn choose(&self, key: TypeKey, name: Option<&str>) -> Choice {
        let Some(number) = self.number(key) else { return Choice::None };
        match (name, self.answers[number as usize].one) {
            (None, Some(one)) => Choice::One(one),
            _ => match self.forced.get(&number) {
                Some(forced) => Choice::One(*forced),
                None => self.choose_among(number, name),
            },
        }
    }

    /// Returns all that take part for a type, in their stable order.
    pub(crate) fn all(&self, key: TypeKey) -> &[Member] {
        self.number(key).map_or(&[], |number| self.members(number))
    }

    /// Returns what answers a requirement; nothing if there is a finding about it.
    pub(crate) fn answers(&self, requirement: &Requirement) -> Vec<u32> {
        let mut answers = Vec::new();
        self.each_answer(requirement, |index| answers.push(index));
        answers
    }

    /// Returns the components that answer `requirements`, and all that those depend on.
    pub(crate) fn closure(&self, requirements: &[Requirement]) -> BTreeSet<u32> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<_> = requirements.iter().flat_map(|r| self.answers(r)).collect();
        while let Some(index) = next.pop() {
            if reached.insert(index) {
                next.extend(self.held(index));
                next.extend(self.later(index));
            }
        }
        reached
    }

    /// Returns the facets that `askers` need, directly or through components.
    pub(crate) fn facets(&self, askers: &[Asker]) -> Vec<TypeId> {
        let asked: Vec<_> = askers.iter().flat_map(|asker| asker.requirements.clone()).collect();
        let reached = self.closure(&asked);
        let inner = reached.iter().flat_map(|index| &self.component(*index).requirements);
        let mut facets = Vec::new();
        for requirement in asked.iter().chain(inner) {
            if let Want::Facet(key) = requirement.want
                && !facets.contains(&key.id())
            {
                facets.push(key.id());
            }
        }
        facets
    }

    pub(crate) fn component(&self, index: u32) -> &Component {
        &self.components[index as usize]
    }

    /// Returns the first slot of a component.
    pub(crate) fn first_slot(&self, index: u32) -> usize {
        self.starts[index as usize] as usize
    }

    /// Returns how many slots all components need.
    pub(crate) fn slots(&self) -> usize {
        self.starts.last().map_or(0, |slots| *slots as usize)
    }

    /// Returns what a component holds: what must be built before it.
    pub(crate) fn held(&self, index: u32) -> &[u32] {
        let range = self.edge_starts[index as usize]..self.edge_starts[index as usize + 1];
        &self.edges[range.start as usize..range.end as usize]
    }

    /// Returns for each requirement of a component the slot of the one that answers it.
    pub(crate) fn required(&self, index: u32) -> &[u32] {
        let range = self.required_starts[index as usize]..self.required_starts[index as usize + 1];
        &self.required[range.start as usize..range.end as usize]
    }

    /// Returns what a component may ask for later.
    pub(crate) fn later(&self, index: u32) -> &[u32] {
        self.later.get(&index).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn paths(&self, indices: &[u32]) -> Vec<String> {
        indices.iter().map(|index| self.component(*index).path().to_owned()).collect()
    }

    /// Returns the one that the program forces to answer for a type.
    fn forced(&self, key: TypeKey) -> Option<Member> {
        self.forced.get(&self.number(key)?).copied()
    }

    /// Returns the number of a type, if it is any component's.
    fn number(&self, key: TypeKey) -> Option<u32> {
        self.numbers.get(&key.id()).copied()
    }

    fn members(&self, number: u32) -> &[Member] {
        let answer = &self.answers[number as usize];
        &self.members[answer.start as usize..answer.end as usize]
    }

    fn is_active(&self, index: u32) -> bool {
        matches!(self.standing(index), Standing::Active)
    }

    fn standing(&self, index: u32) -> &Standing {
        self.standings.get(index as usize).unwrap_or(&Standing::Active)
    }

    /// Finds who takes part for each type, and who is chosen of them.
    fn answer_types(&mut self) {
        let types = self.numbers.len();
        // The type of each slot that takes part, and whether others than fallbacks provide it.
        let mut takes_part: Vec<(u32, Member)> = Vec::with_capacity(self.components.len());
        let mut ordinary = vec![false; types];
        self.starts.reserve(self.components.len() + 1);
        let (mut slot, mut ordered) = (0, false);
        for (index, component) in self.components.iter().enumerate() {
            self.starts.push(slot);
            ordered |= component.order != 0;
            if self.is_active(index as u32) {
                for (provision, slot) in component.provisions.iter().zip(slot..) {
                    ordinary[provision.number as usize] |= !self.fallbacks[index];
                    takes_part.push((provision.number, Member { component: index as u32, slot }));
                }
            }
            slot += component.provisions.len() as u32;
        }
        self.starts.push(slot);
        if self.fallbacks.contains(&true) {
            takes_part.retain(|(of, member)| {
                !self.fallbacks[member.component as usize] || !ordinary[*of as usize]
            });
        }
        // Sorted by type by counting; those of one type stay in order.
        self.answers = vec![Answer { one: None, start: 0, end: 0 }; types];
        for (of, _) in &takes_part {
            self.answers[*of as usize].end += 1;
        }
        let mut start = 0;
        for answer in &mut self.answers {
            let members = answer.end;
            (answer.start, answer.end) = (start, start);
            start += members;
        }
        self.members = vec![Member { component: 0, slot: 0 }; takes_part.len()];
        for (of, member) in takes_part {
            let answer = &mut self.answers[of as usize];
            self.members[answer.end as usize] = member;
            answer.end += 1;
        }
        if ordered {
            for answer in &self.answers {
                let members = &mut self.members[answer.start as usize..answer.end as usize];
                members.sort_by_key(|member| self.components[member.component as usize].order);
            }
        }
        for number in 0..types as u32 {
            self.answers[number as usize].one = match self.members(number) {
                [] => None,
                [one] => Some(*one),
                _ => self.choose_among(number, None).one(),
            };
        }
    }

    fn choose_among(&self, number: u32, name: Option<&str>) -> Choice {
        let named = |member: &&Member| {
            name.is_none() || self.component(member.component).name.as_deref() == name
        };
        let primary = |index: u32| self.component(index).primary;
        let members = self.members(number).iter().filter(named).copied();
        choice::choose(members, primary, self.defaults.get(&number).copied())
    }

    /// Lists what each component holds; returns those with requirements to be looked at closely.
    fn link(&mut self) -> Vec<u32> {
        let mut suspects = Vec::new();
        let mut edges = Vec::with_capacity(self.components.len() * 4);
        let mut starts = Vec::with_capacity(self.components.len() + 1);
        let mut required = Vec::with_capacity(self.components.len() * 4);
        let mut required_starts = Vec::with_capacity(self.components.len() + 1);
        let mut later: HashMap<u32, Vec<u32>> = HashMap::new();
        for (index, component) in self.components.iter().enumerate() {
            let index = index as u32;
            let start = edges.len();
            starts.push(start as u32);
            required_starts.push(required.len() as u32);
            if !self.is_active(index) {
                continue;
            }
            let mut suspect = false;
            for (requirement, number) in component.requirements.iter().zip(&component.ones) {
                let one = number.and_then(|number| self.answers[number as usize].one);
                required.push(one.map_or(NO_SLOT, |one| one.slot));
                if let Some(one) = one {
                    edges.push(one.component);
                } else if requirement.want.is_held() {
                    suspect |= !self.each_answer(requirement, |answer| edges.push(answer));
                } else {
                    suspect = true;
                    let answers = self.answers(requirement);
                    if !answers.is_empty() {
                        later.entry(index).or_default().extend(answers);
                    }
                }
            }
            sort_from(&mut edges, start);
            if suspect {
                suspects.push(index);
            }
        }
        starts.push(edges.len() as u32);
        required_starts.push(required.len() as u32);
        (self.edges, self.edge_starts, self.later) = (edges, starts, later);
        (self.required, self.required_starts) = (required, required_starts);
        suspects
    }

    /// Calls `each` for what answers a requirement; returns whether it is one component, with
    /// which nothing can be wrong.
    fn each_answer(&self, requirement: &Requirement, mut each: impl FnMut(u32)) -> bool {
        let Some((key, arity)) = requirement.want.components() else { return false };
        match arity {
            Arity::All => {
                let members = self.all(key).iter().map(|member| member.component);
                let name = requirement.name;
                members
                    .filter(|i| name.is_none() || self.component(*i).name.as_deref() == name)
                    .for_each(each);
                true
            }
            Arity::ByName => {
                self.all(key).iter().for_each(|member| each(member.component));
                false
            }
            Arity::One | Arity::Optional => {
                let one = self.choose(key, requirement.name).one();
                one.into_iter().for_each(|one| each(one.component));
                one.is_some()
            }
        }
    }

    /// Returns where the building starts if everything is built: in order of the names.
    fn wanted(&self) -> impl Iterator<Item = u32> {
        let all = 0..self.components.len() as u32;
        all.filter(|index| self.is_active(*index) && !self.gives_way(*index))
    }

    /// Returns where the building starts if only that is built which is asked for: in order of the
    /// names.
    fn asked(&self, askers: &[Asker]) -> impl Iterator<Item = u32> {
        let requirements = askers.iter().flat_map(|asker| &asker.requirements);
        let mut roots: Vec<_> = requirements.flat_map(|r| self.answers(r)).collect();
        roots.sort_unstable();
        roots.into_iter()
    }

    /// Tells whether a fallback is not needed: each interface is provided by something else.
    fn gives_way(&self, index: u32) -> bool {
        if !self.fallbacks[index as usize] {
            return false;
        }
        let component = self.component(index);
        let answers = |key| {
            let forced = self.forced(key);
            self.all(key).iter().chain(&forced).any(|member| member.component == index)
        };
        match component.interfaces().next() {
            Some(_) => !component.interfaces().any(answers),
            None => !component.own().is_some_and(answers),
        }
    }
}

/// Compares components by their full names, and those with the same by their places.
pub(crate) fn by_name(a: &Component, b: &Component) -> Ordering {
    let by_name = match (a.rank, b.rank) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => by_parts(&a.path, &b.path),
    };
    by_name.then_with(|| a.place.cmp(&b.place))
}

/// Tells whether components have the same full name.
fn same_name(a: &Component, b: &Component) -> bool {
    match (a.rank, b.rank) {
        (Some(a), Some(b)) => a == b,
        _ => a.path == b.path,
    }
}

/// Sorts what comes from `start` on, and removes doubles there.
fn sort_from(numbers: &mut Vec<u32>, start: usize) {
    let tail = &mut numbers[start..];
    tail.sort_unstable();
    if tail.windows(2).any(|two| two[0] == two[1]) {
        let mut sorted = numbers.split_off(start);
        sorted.dedup();
        numbers.append(&mut sorted);
    }
}

/// Compares full names part by part: `a::X` comes before `a1::X`, though `1` comes before `:`.
fn by_parts(a: &str, b: &str) -> Ordering {
    let part = |byte: &u8| if *byte == b':' { 0 } else { *byte };
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a.as_bytes()[same..], &b.as_bytes()[same..]);
    a.first().map(part).cmp(&b.first().map(part))
}

#[cfg(test)]
mod tests;
