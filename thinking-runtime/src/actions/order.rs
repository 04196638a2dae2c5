//! The order of actions: a pure function of what they declare.

use std::collections::BTreeSet;

use crate::action::ActionDefinition;

/// The order of some actions, by their indices, and the cycles that stand against it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// All actions. Those in cycles, and those after them, come last, by name.
    pub(super) sequence: Vec<usize>,
    /// Each a closed chain of links, so that it can be told where to cut it.
    pub(super) cycles: Vec<Vec<Link>>,
}

/// `then` comes after `first`, because one of them says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) first: usize,
    pub(super) then: usize,
    pub(super) declared_by: usize,
}

/// Orders actions by what they declare, ties by name; built-in ones come before all others.
///
/// Names that no action has are left to the caller to report.
pub(super) fn order(actions: &[&ActionDefinition]) -> Order {
    let links = links(actions);
    let key = |index: usize| (!actions[index].built_in, actions[index].name, index);
    let mut waits_for: Vec<usize> = vec![0; actions.len()];
    links.iter().for_each(|link| waits_for[link.then] += 1);
    let free = (0..actions.len()).filter(|index| waits_for[*index] == 0);
    let mut free: BTreeSet<_> = free.map(key).collect();
    let mut sequence = Vec::new();
    while let Some((_, _, index)) = free.pop_first() {
        sequence.push(index);
        for link in links.iter().filter(|link| link.first == index) {
            waits_for[link.then] -= 1;
            if waits_for[link.then] == 0 {
                free.insert(key(link.then));
            }
        }
    }
    let mut rest: Vec<_> = (0..actions.len()).filter(|index| waits_for[*index] > 0).collect();
    rest.sort_by_key(|index| key(*index));
    let mut search = Search { links: &links, seen: BTreeSet::new(), cycles: Vec::new() };
    rest.iter().for_each(|index| search.visit(*index, &mut Vec::new()));
    sequence.extend(rest);
    Order { sequence, cycles: search.cycles }
}

fn links(actions: &[&ActionDefinition]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (declared_by, action) in actions.iter().enumerate() {
        let named = |name: &str| {
            let others = actions.iter().enumerate().filter(move |(_, other)| other.name == name);
            others.map(|(index, _)| index).collect::<Vec<_>>()
        };
        let after = action.after.iter().flat_map(|name| named(name));
        let after = after.map(|first| Link { first, then: declared_by, declared_by });
        let before = action.before.iter().flat_map(|name| named(name));
        let before = before.map(|then| Link { first: declared_by, then, declared_by });
        for link in after.chain(before) {
            // Nothing comes before what is built in; the caller reports who wants to.
            let against = actions[link.then].built_in && !actions[link.first].built_in;
            // One of two may say what the other says already.
            let there = |known: &Link| (known.first, known.then) == (link.first, link.then);
            if !against && !links.iter().any(there) {
                links.push(link);
            }
        }
    }
    links
}

/// A walk along the links, depth first, that finds each cycle that it runs into once.
struct Search<'a> {
    links: &'a [Link],
    seen: BTreeSet<usize>,
    cycles: Vec<Vec<Link>>,
}

impl Search<'_> {
    fn visit(&mut self, index: usize, trail: &mut Vec<Link>) {
        if let Some(start) = trail.iter().position(|link| link.first == index) {
            self.cycles.push(trail[start..].to_vec());
            return;
        }
        if !self.seen.insert(index) {
            return;
        }
        for link in self.links.iter().filter(|link| link.first == index) {
            trail.push(*link);
            self.visit(link.then, trail);
            trail.pop();
        }
    }
}

#[cfg(test)]
mod tests;
