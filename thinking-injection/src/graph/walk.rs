//! A walk through the graph that lists dependencies before their users.

use super::Graph;

/// A walk, depth first, that lists dependencies before their users and finds every cycle that it
/// runs into once.
pub(super) struct Walk<'a> {
    graph: &'a Graph,
    state: Vec<State>,
    /// The way to where the walk is, each with what it holds and has not been visited yet. An
    /// explicit stack: a chain of components may be longer than a thread's stack is deep.
    trail: Vec<(u32, &'a [u32])>,
    pub(super) order: Vec<u32>,
    pub(super) cycles: Vec<Vec<u32>>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Unseen,
    OnTrail,
    Done,
}

impl<'a> Walk<'a> {
    pub(super) fn new(graph: &'a Graph) -> Self {
        let state = vec![State::Unseen; graph.components.len()];
        let order = Vec::with_capacity(graph.components.len());
        Walk { graph, state, trail: Vec::new(), order, cycles: Vec::new() }
    }

    /// Visits `roots` in order, and then what is asked for later by what was visited.
    pub(super) fn visit_all(&mut self, roots: impl Iterator<Item = u32>) {
        roots.for_each(|root| self.visit(root));
        if self.graph.later.is_empty() {
            return;
        }
        let mut next = 0;
        while let Some(index) = self.order.get(next).copied() {
            self.graph.later(index).iter().for_each(|root| self.visit(*root));
            next += 1;
        }
    }

    /// Tells whether a component is needed.
    pub(super) fn has_seen(&self, index: u32) -> bool {
        self.state[index as usize] != State::Unseen
    }

    fn visit(&mut self, root: u32) {
        if self.has_seen(root) {
            return;
        }
        self.enter(root);
        while let Some((index, rest)) = self.trail.last_mut() {
            let is_done = |next: &u32| self.state[*next as usize] == State::Done;
            let done = rest.iter().position(|next| !is_done(next)).unwrap_or(rest.len());
            match rest[done..].split_first() {
                Some((next, others)) => {
                    *rest = others;
                    match self.state[*next as usize] {
                        State::Unseen => self.enter(*next),
                        State::OnTrail => {
                            let from = self.trail.iter().position(|(index, _)| index == next);
                            let cycle = self.trail[from.unwrap_or_default()..].iter();
                            self.cycles.push(cycle.map(|(index, _)| *index).collect());
                        }
                        State::Done => {}
                    }
                }
                None => {
                    self.state[*index as usize] = State::Done;
                    self.order.push(*index);
                    self.trail.pop();
                }
            }
        }
    }

    fn enter(&mut self, index: u32) {
        self.state[index as usize] = State::OnTrail;
        self.trail.push((index, self.graph.held(index)));
    }
}
