//! Which component may be constructed or started next where several may be at once. Pure.

use std::collections::{BTreeSet, HashSet};

use crate::graph::Graph;

/// Components in the order in which they come one after the other, each with those that it waits
/// for. They are known by their positions in it.
///
/// Those that are parallel begin as soon as what they need is done. All others keep their order
/// among one another, and one of them is at work at a time. After a failure nothing begins that comes
/// later, while all that comes before goes on: so the first failure is the one that would have come
/// if one had been done after the other.
pub(crate) struct Schedule {
    /// How many of those that each one needs are not done.
    missing: Vec<usize>,
    /// Who waits for each one.
    users: Vec<Vec<usize>>,
    parallel: Vec<bool>,
    /// The parallel ones that may begin.
    ready: BTreeSet<usize>,
    /// The first that is not parallel and has not begun.
    serial: usize,
    /// How many are at work.
    running: usize,
    /// From here on nothing begins.
    end: usize,
}

impl Schedule {
    /// `needs` has for each one the positions of those that come before it, each once.
    pub(crate) fn new(needs: &[Vec<usize>], parallel: Vec<bool>) -> Self {
        let mut users = vec![Vec::new(); needs.len()];
        for (position, needs) in needs.iter().enumerate() {
            needs.iter().for_each(|need| users[*need].push(position));
        }
        let missing: Vec<_> = needs.iter().map(Vec::len).collect();
        let ready = |position: &usize| parallel[*position] && missing[*position] == 0;
        let ready = (0..needs.len()).filter(ready).collect();
        let mut schedule =
            Schedule { missing, users, parallel, ready, serial: 0, running: 0, end: needs.len() };
        schedule.skip_parallel();
        schedule
    }

    /// Begins a parallel one, if one may.
    pub(crate) fn begin_parallel(&mut self) -> Option<usize> {
        let first = self.ready.first().copied().filter(|position| *position < self.end)?;
        self.ready.remove(&first);
        self.running += 1;
        Some(first)
    }

    /// Begins the next that is not parallel, if it may.
    pub(crate) fn begin_serial(&mut self) -> Option<usize> {
        let next = self.serial;
        if next >= self.end || self.missing[next] > 0 {
            return None;
        }
        self.serial += 1;
        self.skip_parallel();
        self.running += 1;
        Some(next)
    }

    /// Notes that one is done.
    pub(crate) fn done(&mut self, position: usize) {
        self.running -= 1;
        for user in std::mem::take(&mut self.users[position]) {
            self.missing[user] -= 1;
            if self.missing[user] == 0 && self.parallel[user] {
                self.ready.insert(user);
            }
        }
    }

    /// Notes that one has failed; returns whether it is the first of those so far.
    pub(crate) fn failed(&mut self, position: usize) -> bool {
        self.running -= 1;
        let first = position < self.end;
        self.end = self.end.min(position);
        first
    }

    /// Tells whether nothing is at work, and nothing more will be unless it begins now.
    pub(crate) fn is_idle(&self) -> bool {
        self.running == 0 && self.ready.first().is_none_or(|position| *position >= self.end)
    }

    fn skip_parallel(&mut self) {
        while self.parallel.get(self.serial).copied().unwrap_or_default() {
            self.serial += 1;
        }
    }
}

/// Lists for each of `members` those others of them that it depends on, also through components
/// that are none, such as transient ones. `members` come in the order of the graph.
pub(crate) fn needs(graph: &Graph, members: &[u32]) -> Vec<Vec<usize>> {
    let mut positions = vec![None; graph.components.len()];
    for (position, member) in members.iter().enumerate() {
        positions[*member as usize] = Some(position);
    }
    let needs = members.iter().map(|member| {
        let (mut needs, mut between) = (BTreeSet::new(), HashSet::new());
        let mut next = graph.held(*member).to_vec();
        while let Some(index) = next.pop() {
            match positions[index as usize] {
                Some(position) => {
                    needs.insert(position);
                }
                None if between.insert(index) => next.extend(graph.held(index)),
                None => {}
            }
        }
        needs.into_iter().collect()
    });
    needs.collect()
}

#[cfg(test)]
mod tests;
