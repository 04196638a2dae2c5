//! How each case is run: what it says itself, joined with what the run is asked for.

use std::collections::BTreeMap;
use std::time::Duration;

use super::listing::{ListedCase, ListedSuite};

/// What one case wants of the runner; cases with an equal policy are told to a backend together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Policy {
    pub(super) timeout: Option<Duration>,
    pub(super) retries: Option<u32>,
    /// The set of cases that run one at a time; see [`ResourceSets`].
    pub(super) group: Option<usize>,
}

/// Which resources are used together.
///
/// A case of `db` and `port`, and one of `port` and `gpu`, put all three into one set. A backend
/// knows only groups of cases that run one at a time, and a case can be in only one of them.
#[derive(Debug, Default)]
pub(super) struct ResourceSets {
    /// The number of each resource's set, from 1.
    numbers: BTreeMap<String, usize>,
}

impl ResourceSets {
    /// Finds the sets of the selected cases.
    pub(super) fn new(suites: &[ListedSuite]) -> Self {
        let mut sets: BTreeMap<&str, &str> = BTreeMap::new();
        let cases = suites.iter().flat_map(ListedSuite::selected);
        for case in cases {
            let mut resources = exclusive(case).iter();
            let Some(first) = resources.next() else { continue };
            let first = root(&mut sets, first);
            for other in resources {
                let other = root(&mut sets, other);
                sets.insert(other, first);
            }
        }
        let resources: Vec<&str> = sets.keys().copied().collect();
        let mut roots = BTreeMap::new();
        let numbers = resources.into_iter().map(|resource| {
            let root = root(&mut sets, resource);
            let next = roots.len() + 1;
            (resource.to_owned(), *roots.entry(root).or_insert(next))
        });
        Self { numbers: numbers.collect() }
    }

    /// Returns the sets: the number of each, and its resources.
    pub(super) fn sets(&self) -> BTreeMap<usize, Vec<&str>> {
        let mut sets: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for (resource, number) in &self.numbers {
            sets.entry(*number).or_default().push(resource);
        }
        sets
    }

    fn of(&self, case: &ListedCase) -> Option<usize> {
        self.numbers.get(exclusive(case).first()?).copied()
    }
}

impl Policy {
    /// Returns what `case` says itself.
    pub(super) fn own(case: &ListedCase, sets: &ResourceSets) -> Self {
        let known = case.known.as_ref();
        Self {
            timeout: known.and_then(|known| known.timeout_ms).map(Duration::from_millis),
            retries: known.and_then(|known| known.retries),
            group: sets.of(case),
        }
    }
}

/// Returns the resource that stands for the set of `resource`.
fn root<'a>(sets: &mut BTreeMap<&'a str, &'a str>, resource: &'a str) -> &'a str {
    let mut at = resource;
    loop {
        let above = *sets.entry(at).or_insert(at);
        if above == at {
            return at;
        }
        at = above;
    }
}

fn exclusive(case: &ListedCase) -> &[String] {
    case.known.as_ref().map_or(&[], |known| &known.exclusive)
}

#[cfg(test)]
mod tests;
