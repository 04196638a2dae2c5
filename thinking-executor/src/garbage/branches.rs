//! Which positions of which branches go: those that no branch needs that stays.

use std::collections::{BTreeMap, BTreeSet};

use super::{Garbage, Old, OldBranch};
use crate::codec;
use crate::error::StoreError;
use crate::history::{Branch, StepRecord};
use crate::keys;
use crate::storage::Space;
use crate::store::{Lineage, Records};

/// From which position on each branch is cut. A branch that is not here stays whole.
pub(super) struct Cuts {
    branches: BTreeMap<u32, Branch>,
    from: BTreeMap<u32, u64>,
}

impl Cuts {
    pub(super) fn of(records: &Records, old: &Old) -> Result<Cuts, StoreError> {
        let branches: BTreeMap<_, _> = records.branches()?.into_iter().collect();
        let current: BTreeSet<_> = records.heads()?.into_iter().map(|(_, head)| head).collect();
        for name in &old.named {
            let mut named = branches.iter().filter(|(_, branch)| branch.name == *name).peekable();
            if named.peek().is_none() {
                return Err(StoreError::NoBranch { name: name.clone() });
            }
            if let Some((_, branch)) = named.find(|(id, _)| current.contains(id)) {
                let (name, run) = (name.clone(), branch.run.clone());
                return Err(StoreError::CurrentBranch { name, run });
            }
        }
        let is_old = |branch: &Branch| {
            old.named.contains(&branch.name)
                || old.branches && old.before.is_none_or(|before| branch.created < before)
        };
        let goes = |id: &u32, branch: &Branch| !current.contains(id) && is_old(branch);
        let mut from: BTreeMap<u32, u64> =
            branches.iter().filter(|(id, b)| goes(id, b)).map(|(id, _)| (*id, 0)).collect();
        let stay = branches.keys().filter(|id| !from.contains_key(id)).copied();
        for id in stay.collect::<Vec<_>>() {
            let parent = |id| Ok::<_, StoreError>(branches.get(&id).and_then(|b| b.parent));
            for segment in Lineage::of(id, parent)?.segments {
                from.entry(segment.branch).and_modify(|from| *from = segment.below.max(*from));
            }
        }
        Ok(Cuts { branches, from })
    }

    /// Tells whether a position goes.
    pub(super) fn cut(&self, branch: u32, position: u64) -> bool {
        self.from.get(&branch).is_some_and(|from| position >= *from)
    }

    /// Shows each step that stays to `keep`, and drops the others with what belongs to them.
    pub(super) fn keep_steps(
        &self,
        records: &Records,
        garbage: &mut Garbage,
        mut keep: impl FnMut(StepRecord),
    ) -> Result<(), StoreError> {
        let mut dropped: BTreeMap<u32, u64> = BTreeMap::new();
        for row in records.all(Space::Steps)? {
            let (key, value) = row?;
            let (branch, position) = keys::place_of(&key).unwrap_or_default();
            if !self.cut(branch, position) {
                keep(match codec::open(&value) {
                    Ok(step) => step,
                    Err(error) => {
                        let line = records.lineage(branch)?;
                        return Err(records.unreadable(&line, position, error));
                    }
                });
                continue;
            }
            *dropped.entry(branch).or_default() += 1;
            for (space, key) in
                [(Space::Results, key.clone()), (Space::Logs, keys::step_log(branch, position))]
            {
                if let Some(value) = records.get(space, &key)? {
                    garbage.drop_row(space, key, &value);
                }
            }
            garbage.drop_row(Space::Steps, key, &value);
        }
        self.drop_branches(records, garbage, &dropped)
    }

    /// Drops the branches that no other one leaves from, and lists those that lose something.
    fn drop_branches(
        &self,
        records: &Records,
        garbage: &mut Garbage,
        dropped: &BTreeMap<u32, u64>,
    ) -> Result<(), StoreError> {
        // Children have higher numbers than their parents, so they are decided first.
        let mut needed = BTreeSet::new();
        for (id, branch) in self.branches.iter().rev() {
            let stays = !self.from.contains_key(id) || needed.contains(id);
            if stays {
                needed.extend(branch.parent.map(|(parent, _)| parent));
            } else if let Some(value) = records.get(Space::Branches, &keys::branch(*id))? {
                garbage.drop_row(Space::Branches, keys::branch(*id), &value);
            }
            let steps = dropped.get(id).copied().unwrap_or_default();
            if !stays || steps > 0 {
                garbage.branches.push(OldBranch {
                    run: branch.run.clone(),
                    branch: branch.name.clone(),
                    created: branch.created,
                    steps,
                    shared: stays,
                });
            }
        }
        garbage.branches.reverse();
        Ok(())
    }
}
