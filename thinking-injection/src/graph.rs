//! The graph of components, as a pure function of their descriptions: who answers whom, in which
//! order they are built, and everything that is wrong with it.

use std::any::TypeId;
use std::collections::{BTreeSet, HashMap, HashSet};

use thinking_runtime::Profiles;

use crate::component::{Component, Condition};
use crate::requirement::{Arity, Asker, Requirement, TypeKey, Want};

mod finding;

pub(crate) use finding::Finding;
use finding::{AskedBy, Problem};

/// Which components a container builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// All active ones.
    #[default]
    Everything,
    /// Those that its askers need, directly or through others.
    Needed,
}

/// Who answers a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    None,
    One(usize),
    Ambiguous(Vec<usize>),
}

/// Components with the answers to all their requirements. Indices are positions in `components`.
pub(crate) struct Graph {
    pub(crate) components: Vec<Component>,
    /// For each component the conditions that do not hold; none if it is active.
    unmet: Vec<Vec<Condition>>,
    /// Active providers of a type, in the order of `all`.
    providers: HashMap<TypeId, Vec<usize>>,
    /// The components to build, dependencies first.
    pub(crate) order: Vec<usize>,
}

/// What surrounds the graph.
pub(crate) struct Surroundings<'a> {
    pub(crate) profiles: &'a Profiles,
    pub(crate) askers: &'a [Asker],
    pub(crate) scope: Scope,
    /// Types whose absence has been reported already.
    pub(crate) excused: &'a HashSet<TypeId>,
    /// Whether a facet can be supplied.
    pub(crate) has_facet: &'a dyn Fn(TypeId) -> bool,
}

impl Graph {
    /// Arranges `components`. With findings, the order is not usable.
    pub(crate) fn arrange(
        mut components: Vec<Component>,
        around: &Surroundings<'_>,
    ) -> (Graph, Vec<Finding>) {
        components.sort_by(|a, b| (a.order, &a.path).cmp(&(b.order, &b.path)));
        let unmet: Vec<_> =
            components.iter().map(|component| component.unmet(around.profiles)).collect();
        let mut providers: HashMap<TypeId, Vec<usize>> = HashMap::new();
        let active = components.iter().enumerate().filter(|(index, _)| unmet[*index].is_empty());
        for (index, component) in active {
            for provision in &component.provisions {
                providers.entry(provision.key.id()).or_default().push(index);
            }
        }
        let mut graph = Graph { components, unmet, providers, order: Vec::new() };
        let mut findings = graph.unanswered(around);
        let roots = graph.roots(around);
        let mut walk = Walk::new(&graph);
        roots.into_iter().for_each(|root| walk.visit(root));
        findings.extend(walk.cycles.into_iter().map(Finding::Cycle));
        graph.order = walk.order;
        (graph, findings)
    }

    /// Chooses the one component that answers.
    pub(crate) fn choose(&self, key: TypeKey, name: Option<&str>) -> Choice {
        let mut candidates = self.all(key).to_vec();
        if let Some(name) = name {
            candidates.retain(|index| self.components[*index].name.as_deref() == Some(name));
        }
        if candidates.len() > 1 {
            let primary = |index: &usize| self.components[*index].primary;
            let primaries: Vec<_> = candidates.iter().copied().filter(primary).collect();
            if !primaries.is_empty() {
                candidates = primaries;
            }
        }
        match candidates[..] {
            [] => Choice::None,
            [one] => Choice::One(one),
            _ => Choice::Ambiguous(candidates),
        }
    }

    /// Returns all active components that provide a type, in their stable order.
    pub(crate) fn all(&self, key: TypeKey) -> &[usize] {
        self.providers.get(&key.id()).map_or(&[], Vec::as_slice)
    }

    /// Returns the components that answer a requirement; none if there is a finding about it.
    pub(crate) fn answers(&self, requirement: &Requirement) -> Vec<usize> {
        match requirement.want {
            Want::Components(key, Arity::All) => self.all(key).to_vec(),
            Want::Components(key, _) => match self.choose(key, requirement.name) {
                Choice::One(index) => vec![index],
                _ => Vec::new(),
            },
            Want::Facet(_) | Want::Nothing => Vec::new(),
        }
    }

    /// Returns the components that answer `requirements`, and all that those depend on.
    pub(crate) fn closure(&self, requirements: &[Requirement]) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<_> = requirements.iter().flat_map(|r| self.answers(r)).collect();
        while let Some(index) = next.pop() {
            if reached.insert(index) {
                next.extend(self.dependencies(index));
            }
        }
        reached
    }

    /// Returns the facets that `askers` need, directly or through components.
    pub(crate) fn facets(&self, askers: &[Asker]) -> Vec<TypeId> {
        let asked: Vec<_> = askers.iter().flat_map(|asker| asker.requirements.clone()).collect();
        let reached = self.closure(&asked);
        let inner = reached.iter().flat_map(|index| &self.components[*index].requirements);
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

    /// Describes the wiring, a line per component and one per field: what answers it.
    pub(crate) fn describe(&self) -> String {
        let mut text = String::new();
        let mut order: Vec<_> = (0..self.components.len()).collect();
        order.sort_by(|a, b| self.components[*a].path.cmp(&self.components[*b].path));
        for index in order {
            let component = &self.components[index];
            let state = match self.is_active(index) {
                true => String::new(),
                false => format!(" (not active: needs {})", self.unmet(index)),
            };
            text.push_str(&format!("{}{state}  {}\n", component.path, component.place));
            // The first provision is the component's own type.
            for provision in component.provisions.iter().skip(1) {
                text.push_str(&format!("  provides {}\n", provision.key));
            }
            for requirement in &component.requirements {
                let answers = self.paths(&self.answers(requirement));
                let answer = match requirement.want {
                    Want::Facet(key) => format!("facet {key}"),
                    Want::Nothing => "the container".to_owned(),
                    _ if answers.is_empty() => "nothing".to_owned(),
                    _ => answers.join(", "),
                };
                text.push_str(&format!("  {} ← {answer}\n", requirement.parameter));
            }
        }
        text
    }

    pub(crate) fn dependencies(&self, index: usize) -> Vec<usize> {
        self.components[index].requirements.iter().flat_map(|r| self.answers(r)).collect()
    }

    pub(crate) fn paths(&self, indices: &[usize]) -> Vec<String> {
        indices.iter().map(|index| self.components[*index].path().to_owned()).collect()
    }

    fn is_active(&self, index: usize) -> bool {
        self.unmet[index].is_empty()
    }

    /// Names what a component needs to be active: ``the profile `gpu` and the profile `fast` ``.
    fn unmet(&self, index: usize) -> String {
        let conditions: Vec<_> = self.unmet[index].iter().map(ToString::to_string).collect();
        conditions.join(" and ")
    }

    fn roots(&self, around: &Surroundings<'_>) -> Vec<usize> {
        let mut roots: Vec<_> = match around.scope {
            Scope::Everything => {
                (0..self.components.len()).filter(|index| self.is_active(*index)).collect()
            }
            Scope::Needed => {
                let requirements = around.askers.iter().flat_map(|asker| &asker.requirements);
                requirements.flat_map(|requirement| self.answers(requirement)).collect()
            }
        };
        // Ties in the order of building are broken by name.
        roots.sort_by(|a, b| self.components[*a].path.cmp(&self.components[*b].path));
        roots
    }

    /// Checks every requirement of the askers, and of what is built.
    fn unanswered(&self, around: &Surroundings<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for asker in around.askers {
            for requirement in &asker.requirements {
                if let Some(problem) = self.check(requirement, around) {
                    let (owner, place) = (asker.label.clone(), asker.place);
                    let asker = AskedBy { parameter: requirement.parameter, owner, place };
                    Finding::collect(&mut findings, requirement, asker, problem);
                }
            }
        }
        let built: Vec<_> = match around.scope {
            Scope::Everything => {
                (0..self.components.len()).filter(|index| self.is_active(*index)).collect()
            }
            Scope::Needed => {
                let all: Vec<_> =
                    around.askers.iter().flat_map(|asker| asker.requirements.clone()).collect();
                self.closure(&all).into_iter().collect()
            }
        };
        for index in built {
            let component = &self.components[index];
            for requirement in &component.requirements {
                if let Some(problem) = self.check(requirement, around) {
                    let owner = format!("component `{}`", component.path);
                    let parameter = requirement.parameter;
                    let asker = AskedBy { parameter, owner, place: component.place };
                    Finding::collect(&mut findings, requirement, asker, problem);
                }
            }
        }
        findings
    }

    fn check(&self, requirement: &Requirement, around: &Surroundings<'_>) -> Option<Problem> {
        match requirement.want {
            Want::Nothing | Want::Components(_, Arity::All) => None,
            Want::Facet(key) => match (around.has_facet)(key.id()) {
                true => None,
                false => Some(Problem::UnknownFacet),
            },
            Want::Components(key, arity) => match self.choose(key, requirement.name) {
                Choice::One(_) => None,
                Choice::None if arity == Arity::Optional => None,
                Choice::None if around.excused.contains(&key.id()) => None,
                Choice::None => Some(Problem::Missing(self.inactive_providers(key))),
                Choice::Ambiguous(candidates) => Some(Problem::Ambiguous(candidates)),
            },
        }
    }

    fn inactive_providers(&self, key: TypeKey) -> Vec<usize> {
        let providers = self.components.iter().enumerate().filter(|(_, c)| c.provides(key));
        providers.map(|(index, _)| index).collect()
    }
}

/// A walk through the graph, depth first, that lists dependencies before their users and finds
/// every cycle that it runs into once.
struct Walk<'a> {
    graph: &'a Graph,
    state: Vec<State>,
    trail: Vec<usize>,
    order: Vec<usize>,
    cycles: Vec<Vec<usize>>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Unseen,
    OnTrail,
    Done,
}

impl<'a> Walk<'a> {
    fn new(graph: &'a Graph) -> Self {
        let state = vec![State::Unseen; graph.components.len()];
        Walk { graph, state, trail: Vec::new(), order: Vec::new(), cycles: Vec::new() }
    }

    fn visit(&mut self, root: usize) {
        if self.state[root] != State::Unseen {
            return;
        }
        // An explicit stack: a chain of components may be longer than a thread's stack is deep.
        let mut stack = vec![(root, self.enter(root).into_iter())];
        while let Some((index, dependencies)) = stack.last_mut() {
            let index = *index;
            match dependencies.next() {
                Some(next) => match self.state[next] {
                    State::Unseen => {
                        let inner = self.enter(next).into_iter();
                        stack.push((next, inner));
                    }
                    State::OnTrail => {
                        let start = self.trail.iter().position(|i| *i == next).unwrap_or_default();
                        self.cycles.push(self.trail[start..].to_vec());
                    }
                    State::Done => {}
                },
                None => {
                    self.state[index] = State::Done;
                    self.order.push(index);
                    self.trail.pop();
                    stack.pop();
                }
            }
        }
    }

    fn enter(&mut self, index: usize) -> Vec<usize> {
        self.state[index] = State::OnTrail;
        self.trail.push(index);
        let mut dependencies = self.graph.dependencies(index);
        let components = &self.graph.components;
        dependencies.sort_by(|a, b| components[*a].path.cmp(&components[*b].path));
        dependencies
    }
}
