//! The graph of components, as a pure function of their descriptions: who answers whom, in which
//! order they are built, and everything that is wrong with it.
//!
//! Every answer is found once, when the graph is arranged; a look-up reads it. Components are
//! sorted by their full names, so an index is also a rank, and nothing compares texts afterwards.

use std::any::TypeId;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use thinking_runtime::{Profiles, Setting};

use crate::choices::Choices;
use crate::component::Component;
use crate::requirement::{Arity, Asker, Requirement, TypeKey, Want};
use crate::scope::Scope;

mod check;
pub(crate) mod choice;
mod describe;
mod finding;
mod standing;
mod type_hasher;
mod walk;

pub(crate) use choice::{Choice, Member};
pub(crate) use describe::is_internal;
pub(crate) use finding::Finding;
use standing::{Standing, fallbacks, standings};
use type_hasher::TypeHasher;
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
    pub(crate) components: Vec<Arc<Component>>,
    /// Empty if all components are active.
    standings: Vec<Standing>,
    /// Whether a component gives way to others, by itself or by the program's choice.
    fallbacks: Vec<bool>,
    types: HashMap<TypeId, Known, BuildHasherDefault<TypeHasher>>,
    answers: Vec<Answer>,
    /// Who takes part, type by type.
    members: Vec<Member>,
    /// The first slot of each component: one per provision; and at the end their number.
    starts: Vec<u32>,
    /// What each component holds, in order of the names, without doubles.
    edges: Vec<u32>,
    edge_starts: Vec<u32>,
    /// What is asked for through `Lazy` and `Factory`.
    later: HashMap<u32, Vec<u32>>,
    /// The singletons to build, dependencies first.
    pub(crate) order: Vec<u32>,
    /// Whether any component lives in a stage or step only.
    pub(crate) has_scoped: bool,
}

/// What is known of a type that somebody provides.
#[derive(Clone, Copy)]
struct Known {
    /// The slot of the one that answers, or [`NO_SLOT`]: what a look-up needs, at once.
    slot: u32,
    /// The index of the answer.
    answer: u32,
}

/// Who answers where a type is asked for.
struct Answer {
    /// The one, if none is asked for by name.
    one: Choice,
    /// The range of `members`.
    start: u32,
    end: u32,
    forced: Option<Member>,
    default: Option<u32>,
}

const NO_SLOT: u32 = u32::MAX;

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
        mut components: Vec<Arc<Component>>,
        around: &Surroundings<'_>,
    ) -> (Graph, Vec<Finding>) {
        components.sort_by(|a, b| by_name(a, b));
        let fallbacks = fallbacks(&components, around.choices);
        let standings = standings(&components, &fallbacks, around);
        let has_scoped = components.iter().any(|c| matches!(c.scope, Scope::Stage | Scope::Step));
        let mut graph = Graph {
            components,
            standings,
            fallbacks,
            types: HashMap::default(),
            answers: Vec::new(),
            members: Vec::new(),
            starts: Vec::new(),
            edges: Vec::new(),
            edge_starts: Vec::new(),
            later: HashMap::new(),
            order: Vec::new(),
            has_scoped,
        };
        graph.answer_types();
        let mut findings = graph.decide(around.choices);
        graph.find_slots();
        let suspects = graph.link();
        let mut walk = Walk::new(&graph);
        match around.extent {
            Extent::Everything => walk.visit_all(graph.wanted()),
            Extent::Needed => walk.visit_all(graph.asked(around.askers)),
        }
        findings.extend(graph.check(around, &walk, &suspects));
        let mut order = walk.order;
        order.retain(|index| graph.component(*index).scope == Scope::Singleton);
        graph.order = order;
        (graph, findings)
    }

    /// Returns the one that answers for a type without a name, ready to be looked up.
    pub(crate) fn slot(&self, id: TypeId) -> Option<usize> {
        let slot = self.types.get(&id)?.slot;
        (slot != NO_SLOT).then_some(slot as usize)
    }

    /// Chooses the one component that answers.
    pub(crate) fn choose(&self, key: TypeKey, name: Option<&str>) -> Choice {
        let Some(answer) = self.answer(key) else { return Choice::None };
        match (name, answer.forced) {
            (None, _) => answer.one.clone(),
            (_, Some(forced)) => Choice::One(forced),
            (Some(name), None) => self.choose_among(answer, Some(name)),
        }
    }

    /// Returns all that take part for a type, in their stable order.
    pub(crate) fn all(&self, key: TypeKey) -> &[Member] {
        let range = self.answer(key).map(|answer| answer.start as usize..answer.end as usize);
        range.map_or(&[], |range| &self.members[range])
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

    /// Returns what a component may ask for later.
    pub(crate) fn later(&self, index: u32) -> &[u32] {
        self.later.get(&index).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn paths(&self, indices: &[u32]) -> Vec<String> {
        indices.iter().map(|index| self.component(*index).path().to_owned()).collect()
    }

    fn answer(&self, key: TypeKey) -> Option<&Answer> {
        self.types.get(&key.id()).map(|known| &self.answers[known.answer as usize])
    }

    fn is_active(&self, index: u32) -> bool {
        matches!(self.standing(index), Standing::Active)
    }

    fn standing(&self, index: u32) -> &Standing {
        self.standings.get(index as usize).unwrap_or(&Standing::Active)
    }

    /// Finds who takes part for each type, and who is chosen of them.
    fn answer_types(&mut self) {
        let slots: usize = self.components.iter().map(|c| c.provisions.len()).sum();
        self.types.reserve(slots);
        self.answers.reserve(slots);
        self.starts.reserve(self.components.len() + 1);
        // The type of each slot that takes part, and how many of each type are no fallbacks.
        let mut takes_part: Vec<(u32, Member)> = Vec::with_capacity(slots);
        let mut ordinary: Vec<u32> = Vec::with_capacity(slots);
        let mut slot = 0;
        for (index, component) in self.components.iter().enumerate() {
            self.starts.push(slot);
            let active = self.is_active(index as u32);
            for provision in &component.provisions {
                if active {
                    let next = self.answers.len() as u32;
                    let new = Known { slot: NO_SLOT, answer: next };
                    let of = self.types.entry(provision.key.id()).or_insert(new).answer;
                    if of == next {
                        self.answers.push(Answer::new());
                        ordinary.push(0);
                    }
                    ordinary[of as usize] += u32::from(!self.fallbacks[index]);
                    takes_part.push((of, Member { component: index as u32, slot }));
                }
                slot += 1;
            }
        }
        self.starts.push(slot);
        takes_part.retain(|(of, member)| {
            !self.fallbacks[member.component as usize] || ordinary[*of as usize] == 0
        });
        // Sorted by type by counting; those of one type stay in order.
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
        if self.components.iter().any(|component| component.order != 0) {
            for answer in &self.answers {
                let members = &mut self.members[answer.start as usize..answer.end as usize];
                members.sort_by_key(|member| self.components[member.component as usize].order);
            }
        }
        for index in 0..self.answers.len() {
            self.answers[index].one = self.choose_among(&self.answers[index], None);
        }
    }

    /// Puts the slots of those that answer where look-ups find them.
    fn find_slots(&mut self) {
        for known in self.types.values_mut() {
            if let Choice::One(member) = self.answers[known.answer as usize].one {
                known.slot = member.slot;
            }
        }
    }

    fn choose_among(&self, answer: &Answer, name: Option<&str>) -> Choice {
        let members = &self.members[answer.start as usize..answer.end as usize];
        if let ([one], None) = (members, name) {
            return Choice::One(*one);
        }
        let named = |member: &&Member| {
            name.is_none() || self.component(member.component).name.as_deref() == name
        };
        let primary = |index: u32| self.component(index).primary;
        choice::choose(members.iter().filter(named).copied(), primary, answer.default)
    }

    /// Lists what each component holds; returns those with requirements to be looked at closely.
    fn link(&mut self) -> Vec<u32> {
        let mut suspects = Vec::new();
        let mut edges = Vec::with_capacity(self.components.len() * 4);
        let mut starts = Vec::with_capacity(self.components.len() + 1);
        let mut later: HashMap<u32, Vec<u32>> = HashMap::new();
        for (index, component) in self.components.iter().enumerate() {
            let index = index as u32;
            let start = edges.len();
            starts.push(start as u32);
            if !self.is_active(index) {
                continue;
            }
            let mut suspect = false;
            for requirement in &component.requirements {
                let settled = match requirement.want.is_held() {
                    true => self.each_answer(requirement, |answer| edges.push(answer)),
                    false => {
                        let answers = self.answers(requirement);
                        if !answers.is_empty() {
                            later.entry(index).or_default().extend(answers);
                        }
                        false
                    }
                };
                suspect |= !settled;
            }
            let mut kept = start;
            edges[start..].sort_unstable();
            for at in start..edges.len() {
                if at == start || edges[at] != edges[kept - 1] {
                    edges[kept] = edges[at];
                    kept += 1;
                }
            }
            edges.truncate(kept);
            if suspect {
                suspects.push(index);
            }
        }
        starts.push(edges.len() as u32);
        (self.edges, self.edge_starts, self.later) = (edges, starts, later);
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
                let choice = match (self.answer(key), requirement.name) {
                    (Some(answer), None) => &answer.one,
                    _ => &self.choose(key, requirement.name),
                };
                match choice {
                    Choice::One(member) => {
                        each(member.component);
                        true
                    }
                    _ => false,
                }
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
            let forced = self.answer(key).and_then(|answer| answer.forced);
            self.all(key).iter().chain(&forced).any(|member| member.component == index)
        };
        match component.interfaces().next() {
            Some(_) => !component.interfaces().any(answers),
            None => !component.own().is_some_and(answers),
        }
    }
}

impl Answer {
    fn new() -> Self {
        let one = Choice::None;
        Answer { one, start: 0, end: 0, forced: None, default: None }
    }
}

/// Compares components by their full names, and those with the same by their places.
pub(crate) fn by_name(a: &Component, b: &Component) -> Ordering {
    match (a.rank, b.rank) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => by_parts(&a.path, &b.path).then(a.place.cmp(&b.place)),
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
