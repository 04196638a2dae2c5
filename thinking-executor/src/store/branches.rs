//! Lines of history: made where something changes or a person asks for one, and gone back to.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;
use thiserror::Error;

use super::{FIRST_BRANCH, Lineage, Records, Store, put_branch};
use crate::error::StoreError;
use crate::history::Branch;
use crate::keys;
use crate::replay::Candidate;
use crate::selector::{Asked, KnownBranch, Place, Selector, SelectorError, find, known_branches};
use crate::storage::{Batch, Space};

/// The longest name of a branch.
const NAME_CHARS_MAX: usize = 64;

/// Which branch of a run is the current one now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BranchChange {
    /// The run's name.
    pub run: String,
    /// The branch that was the current one.
    pub left: String,
    /// The current branch.
    pub branch: String,
    /// How many finished steps it has.
    pub steps: u64,
    /// How many finished steps the other branch has after those that both share.
    pub behind: u64,
}

/// Why there is no other branch now. The store is as it was.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BranchError {
    /// The place is none, or several.
    #[error(transparent)]
    Place(#[from] SelectorError),

    /// Nothing is recorded.
    #[error("nothing has run yet, so there is no branch")]
    Empty,

    /// A name that cannot be told from other words of a place, or is too long.
    #[error(
        "`{0}` is no name for a branch: it takes up to {NAME_CHARS_MAX} letters, digits, `-`, `_` \
         and `.`, and begins with a letter"
    )]
    Name(String),

    /// The name is taken.
    #[error("there is a branch `{name}` already")]
    Taken {
        /// The name.
        name: String,
    },

    /// The step failed, so nothing of it can be kept.
    #[error("`{path}` is not done: go back to a task before it")]
    NotDone {
        /// The step's path.
        path: String,
    },

    /// The store cannot be read or written, or a session works on the run.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Makes a branch that shares everything up to and including the task at `place`, and makes it
    /// its run's current one: the next session goes on behind the task. `place` is a path, the end
    /// of one, or `BRANCH:PATH`. Without a name, the branch gets one.
    ///
    /// Nothing is copied; finding the place reads the records of the branch.
    ///
    /// ```
    /// use thinking_executor::Store;
    ///
    /// let store = Store::in_memory()?;
    /// // Nothing has run in this store.
    /// assert!(store.fork_at("train/epoch[38]", Some("trial")).is_err());
    /// # Ok::<(), thinking_executor::StoreError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`BranchError`] says; the store is as it was.
    pub fn fork_at(&self, place: &str, name: Option<&str>) -> Result<BranchChange, BranchError> {
        let records = self.records()?;
        let place = place_of(&records, place)?;
        let _active = self.activate(&place.run)?;
        self.branch_at(&records, &place, name)
    }

    /// Goes back to the task at `place`: as [`Store::fork_at`], with a name like those of branches
    /// that changes make. The steps after the task stay on the branch that is left, and run again
    /// in the next session. Returns `None`, and does nothing, if there are no steps after it.
    ///
    /// # Errors
    ///
    /// As [`BranchError`] says; the store is as it was.
    pub fn roll_back_to(&self, place: &str) -> Result<Option<BranchChange>, BranchError> {
        let records = self.records()?;
        let place = place_of(&records, place)?;
        let _active = self.activate(&place.run)?;
        let is_current = records.head(&place.run)? == Some(place.line);
        let length = records.length(&records.lineage(place.line)?)?;
        match is_current && length == place.positions.end {
            true => Ok(None),
            false => self.branch_at(&records, &place, None).map(Some),
        }
    }

    /// Makes another branch its run's current one. Where several runs have a branch of this name,
    /// `BRANCH:RUN` says which. Costs one commit.
    ///
    /// # Errors
    ///
    /// As [`BranchError`] says; the store is as it was.
    pub fn switch_to(&self, branch: &str) -> Result<BranchChange, BranchError> {
        let records = self.records()?;
        let known = known_branches(&records)?;
        if known.is_empty() {
            return Err(BranchError::Empty);
        }
        let selector: Selector = branch.parse()?;
        let unknown = || SelectorError::NoBranch {
            branch: branch.to_owned(),
            known: known.iter().map(|branch| branch.name.clone()).collect(),
        };
        let target = match selector.on(&known)? {
            Asked::Branch(branch) => branch,
            Asked::Task { path, on } if branch.contains(':') => {
                on.into_iter().find(|branch| branch.run == path).ok_or_else(unknown)?
            }
            Asked::Task { .. } => return Err(unknown().into()),
        };
        let _active = self.activate(&target.run)?;
        let change = BranchChange {
            run: target.run.clone(),
            left: current(&known, &target.run).name.clone(),
            branch: target.name.clone(),
            steps: records.length(&records.lineage(target.line)?)?,
            behind: behind(&records, current(&known, &target.run).line, target.line)?,
        };
        if !target.is_current {
            self.make_current(&target.run, target.line)?;
        }
        Ok(change)
    }

    /// Makes a branch that shares the positions of `parent` below `position`, because something
    /// changed, and makes it the run's current one.
    pub(crate) fn fork(
        &self,
        run: &str,
        parent: u32,
        position: u64,
    ) -> Result<(u32, Branch), StoreError> {
        self.fork_named(run, (parent, position), false, |taken| Ok(free(taken)))
    }

    fn fork_named<E: From<StoreError>>(
        &self,
        run: &str,
        parent: (u32, u64),
        requested: bool,
        name: impl FnOnce(&HashSet<&str>) -> Result<String, E>,
    ) -> Result<(u32, Branch), E> {
        let _writing = self.writing();
        let records = self.records()?;
        let branches = records.branches()?;
        let names: HashSet<_> =
            branches.iter().filter(|(_, b)| b.run == run).map(|(_, b)| &*b.name).collect();
        let branch = Branch {
            run: run.to_owned(),
            name: name(&names)?,
            parent: Some(parent),
            created: Timestamp::now(),
            requested,
        };
        let id = records.next_branch()?;
        let mut batch = Batch::new();
        put_branch(&mut batch, id, &branch)?;
        self.commit(batch)?;
        Ok((id, branch))
    }

    /// Makes a branch that is there its run's current one.
    pub(crate) fn make_current(&self, run: &str, branch: u32) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.put(Space::Heads, run.as_bytes().to_vec(), keys::branch(branch));
        self.commit(batch)
    }

    fn branch_at(
        &self,
        records: &Records,
        place: &Place,
        name: Option<&str>,
    ) -> Result<BranchChange, BranchError> {
        if place.positions.is_empty() && place.is_step {
            return Err(BranchError::NotDone { path: place.path.to_string() });
        }
        let known = known_branches(records)?;
        let left = current(&known, &place.run);
        let position = place.positions.end;
        let (id, branch) =
            self.fork_named(&place.run, (place.line, position), true, |taken| match name {
                Some(name) => checked(name, taken).map(str::to_owned),
                None => Ok(free(taken)),
            })?;
        Ok(BranchChange {
            run: branch.run,
            left: left.name.clone(),
            branch: branch.name,
            steps: position,
            behind: behind(&self.records()?, left.line, id)?,
        })
    }
}

/// Returns each branch of a run with its line of history, for the search of one that has recorded
/// what is asked for; the oldest first.
pub(crate) fn candidates(records: &Records, run: &str) -> Result<Vec<Candidate>, StoreError> {
    let branches: BTreeMap<u32, Branch> = records.branches()?.into_iter().collect();
    let parent = |id: u32| Ok(branches.get(&id).and_then(|branch| branch.parent));
    let of_run = branches.iter().filter(|(_, branch)| branch.run == run);
    let candidates = of_run.map(|(&id, branch)| {
        let lineage = Lineage::of::<StoreError>(id, parent)?;
        let length = records.length(&lineage)?;
        let is_fresh = branch.is_fresh(length);
        Ok(Candidate { branch: id, name: branch.name.clone(), lineage, length, is_fresh })
    });
    candidates.collect()
}

/// A run has a current branch from its first session on.
fn current<'a>(known: &'a [KnownBranch], run: &str) -> &'a KnownBranch {
    let mut of_run = known.iter().filter(|branch| branch.run == run);
    let current = of_run.clone().find(|branch| branch.is_current);
    current.or_else(|| of_run.next()).unwrap_or(&known[0])
}

fn place_of(records: &Records, text: &str) -> Result<Place, BranchError> {
    if known_branches(records)?.is_empty() {
        return Err(BranchError::Empty);
    }
    Ok(find(records, &text.parse()?)??)
}

/// How many steps of `left` lie after those that it shares with `other`.
fn behind(records: &Records, left: u32, other: u32) -> Result<u64, StoreError> {
    let (left, other) = (records.lineage(left)?, records.lineage(other)?);
    let length = records.length(&left)?;
    let shared = left.shared_with(&other).min(length).min(records.length(&other)?);
    Ok(length - shared)
}

/// Returns a name that no branch has.
fn free(taken: &HashSet<&str>) -> String {
    let mut numbered = (taken.len() + 1..).map(|number| format!("{FIRST_BRANCH}-{number}"));
    numbered.find(|name| !taken.contains(&**name)).unwrap_or_default()
}

fn checked<'a>(name: &'a str, taken: &HashSet<&str>) -> Result<&'a str, BranchError> {
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= NAME_CHARS_MAX
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    match (is_plain, taken.contains(name)) {
        (false, _) => Err(BranchError::Name(name.to_owned())),
        (true, true) => Err(BranchError::Taken { name: name.to_owned() }),
        (true, false) => Ok(name),
    }
}
