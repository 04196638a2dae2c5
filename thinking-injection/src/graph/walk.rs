//! A walk through the graph that lists dependencies before their users.

use super::Graph;

/// A walk, depth first, that lists dependencies before their users and finds every cycle that it
/// runs into once.
pub(super) struct Walk<'a> {
    graph: &'a Graph,
    state: Vec<State>,
    trail: Vec<u32>,
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
    pub(super) fn visit_all(&mut self, roots: Vec<u32>) {
        roots.into_iter().for_each(|root| self.visit(root));
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
        // An explicit stack: a chain of components may be longer than a thread's stack is deep.
        let mut stack = vec![(root, self.enter(root))];
        while let Some((index, rest)) = stack.last_mut() {
            match rest.split_first() {
                Some((next, others)) => {
                    let next = *next;
                    *rest = others;
                    match self.state[next as usize] {
                        State::Unseen => stack.push((next, self.enter(next))),
                        State::OnTrail => {
                            let start = self.trail.iter().position(|i| *i == next);
                            self.cycles.push(self.trail[start.unwrap_or_default()..].to_vec());
                        }
                        State::Done => {}
                    }
                }
                None => {
                    self.state[*index as usize] = State::Done;
                    self.order.push(*index);
                    self.trail.pop();
                    stack.pop();
                }
            }
        }
    }

    fn enter(&mut self, index: u32) -> &'a [u32] {
        self.state[index as usize] = State::OnTrail;
        self.trail.push(index);
        self.graph.held(index)
    }
}
