//! Which positions a branch is made of, its ancestors' included.

/// A stretch of positions that lie on one branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) branch: u32,
    /// The first position.
    pub(crate) from: u64,
    /// The position after the last.
    pub(crate) below: u64,
}

/// The stretches of a branch, its own first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lineage {
    pub(crate) segments: Vec<Segment>,
}

impl Lineage {
    /// Returns the branch on which a position lies.
    pub(crate) fn owner(&self, position: u64) -> Option<u32> {
        let segment = self.segments.iter().find(|s| s.from <= position && position < s.below);
        segment.map(|segment| segment.branch)
    }

    /// Tells whether both have the same steps at all positions below this one.
    pub(crate) fn shares(&self, other: &Lineage, below: u64) -> bool {
        self.below(below).eq(other.below(below))
    }

    /// Returns the position below which both have the same steps.
    pub(crate) fn shared_with(&self, other: &Lineage) -> u64 {
        // Stretches are compared from the root on, where lines are the same for longest.
        let (ours, theirs) = (self.segments.iter().rev(), other.segments.iter().rev());
        let mut shared = 0;
        for (a, b) in ours.zip(theirs) {
            if (a.branch, a.from) != (b.branch, b.from) {
                break;
            }
            shared = a.below.min(b.below);
            if a.below != b.below {
                break;
            }
        }
        shared
    }

    fn below(&self, position: u64) -> impl Iterator<Item = Segment> {
        let segments = self.segments.iter().filter(move |segment| segment.from < position);
        segments.map(move |segment| Segment { below: segment.below.min(position), ..*segment })
    }

    /// Follows a branch to the root. `parent` gives a branch's parent and position of the fork.
    pub(crate) fn of<E>(
        branch: u32,
        parent: impl Fn(u32) -> Result<Option<(u32, u64)>, E>,
    ) -> Result<Lineage, E> {
        let mut segments = Vec::new();
        let (mut current, mut below) = (branch, u64::MAX);
        loop {
            let fork = parent(current)?;
            let from = fork.map_or(0, |(_, position)| position);
            // A fork below its parent's own first position leaves nothing of the parent.
            if from < below {
                segments.push(Segment { branch: current, from, below });
            }
            match fork {
                Some((parent, position)) => (current, below) = (parent, below.min(position)),
                None => return Ok(Lineage { segments }),
            }
        }
    }

    /// Returns the first position that does not lie on the same branch in both.
    pub(crate) fn shared(&self, other: &Lineage) -> u64 {
        let mut shared = 0;
        for (a, b) in self.segments.iter().rev().zip(other.segments.iter().rev()) {
            if a.branch != b.branch {
                break;
            }
            shared = a.below.min(b.below);
            if a.below != b.below {
                break;
            }
        }
        shared
    }
}

#[cfg(test)]
mod tests {
    //! Forks of forks, also below their parent's beginning.

    use super::*;

    fn of(branch: u32) -> Lineage {
        let parents =
            [None, Some((0, 10)), Some((1, 15)), Some((2, 5)), Some((3, 5)), Some((0, 20)), None];
        Lineage::of::<()>(branch, |id| Ok(parents[id as usize])).unwrap()
    }

    fn lineage(branch: u32) -> Vec<(u32, u64, u64)> {
        of(branch).segments.iter().map(|s| (s.branch, s.from, s.below)).collect()
    }

    #[test]
    fn branches_share_what_lies_below_both_their_forks() {
        let shares = |a, b, below| (of(a).shares(&of(b), below), of(b).shares(&of(a), below));
        for (a, b, last) in [(0, 1, 10), (0, 2, 10), (1, 2, 15), (2, 3, 5), (0, 4, 5)] {
            assert_eq!(shares(a, b, 0), (true, true));
            assert_eq!(of(a).shared_with(&of(b)), last, "{a} and {b}");
            assert_eq!(shares(a, b, last), (true, true), "{a} and {b}");
            assert_eq!(shares(a, b, last + 1), (false, false), "{a} and {b}");
        }
        // One that leaves where the other begins has all that is below in common with it.
        assert_eq!(shares(3, 4, 5), (true, true));
        assert_eq!(shares(3, 4, 6), (false, false));
        assert_eq!((of(2).owner(0), of(2).owner(14), of(2).owner(15)), (Some(0), Some(1), Some(2)));
    }

    #[test]
    fn segments_follow_the_parents_and_never_overlap() {
        let end = u64::MAX;
        assert_eq!(lineage(0), [(0, 0, end)]);
        assert_eq!(lineage(1), [(1, 10, end), (0, 0, 10)]);
        assert_eq!(lineage(2), [(2, 15, end), (1, 10, 15), (0, 0, 10)]);
        assert_eq!(lineage(3), [(3, 5, end), (0, 0, 5)]);
        assert_eq!(lineage(4), [(4, 5, end), (0, 0, 5)]);
    }

    #[test]
    fn two_lines_share_what_lies_before_their_forks() {
        for (a, b, shared) in [
            (0, 0, u64::MAX),
            (0, 1, 10),
            (1, 2, 15),
            (2, 0, 10),
            (2, 3, 5),
            (3, 4, 5),
            (1, 5, 10),
            (0, 5, 20),
            (0, 6, 0),
        ] {
            assert_eq!(of(a).shared(&of(b)), shared, "{a} and {b}");
            assert_eq!(of(b).shared(&of(a)), shared, "{b} and {a}");
        }
    }
}
