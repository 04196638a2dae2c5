//! Places in a run's history as people write them: `epoch[38]`, `main-2`, `main-2:train/epoch[38]`.
//!
//! Pure: what is known of branches and paths comes in, a place or the candidates come out.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::Serialize;
use thiserror::Error;

use crate::path::TaskPath;

mod search;

pub(crate) use search::{find, is_on, known_branches};

/// How many places a message lists.
const LISTED_MAX: usize = 8;
/// How many tasks are offered for one that there is not.
const NEAREST_MAX: usize = 3;
/// How much alike two texts are, from 0 to 1, if one may be meant by the other.
const NEAR: f64 = 0.75;

/// A place as it was written: `PATH`, `BRANCH`, `BRANCH:PATH` or `:PATH`.
///
/// A path may lack its beginning, as long as one task ends with it, and its keys, as long as there
/// is one task of these names. A word that is a branch's name is the branch; behind a colon it is a
/// task. Without a branch, the current one is meant.
///
/// ```
/// use thinking_executor::Selector;
///
/// let place: Selector = "main-2:train/epoch[38]".parse()?;
/// assert_eq!(place.to_string(), "main-2:train/epoch[38]");
/// assert!("train//epoch[38]".parse::<Selector>().is_err());
/// # Ok::<(), thinking_executor::SelectorError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// What stands before the colon, where there is one; no text for the current branch.
    branch: Option<String>,
    /// The path, or what may be a branch if there is no colon; nothing for the whole branch.
    path: Option<String>,
}

/// A place in a run's history: a task on a branch. The whole branch is its run's first stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The run's name.
    pub run: String,
    /// The branch's name.
    pub branch: String,
    /// The task.
    pub path: TaskPath,
    /// Whether the task is a step; a stage otherwise.
    pub is_step: bool,
    /// The positions on the branch of the step, or of those below the stage; none of a step that
    /// failed and is not done since.
    pub positions: Range<u64>,
    #[serde(skip)]
    pub(crate) line: u32,
}

/// A branch as a selector knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownBranch {
    pub(crate) run: String,
    pub(crate) name: String,
    pub(crate) line: u32,
    pub(crate) is_current: bool,
}

/// What a selector asks for, once the branches are known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked<'a> {
    /// The whole of a branch.
    Branch(&'a KnownBranch),
    /// A task that ends with `path` on one of the branches.
    Task { path: &'a str, on: Vec<&'a KnownBranch> },
}

/// Why a selector is no place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SelectorError {
    /// The text is not written as a place is.
    #[error(
        "`{0}` is no place: write a path or its end (`train/epoch[38]`), a branch (`main`), or \
         both (`main:train/epoch[38]`)"
    )]
    Malformed(String),

    /// There is no such branch.
    #[error("there is no branch `{branch}`; known branches: {}", known.join(", "))]
    NoBranch {
        /// The name that was given.
        branch: String,
        /// The names that there are.
        known: Vec<String>,
    },

    /// No task ends so.
    #[error("no task ends with `{path}` on branch {}{instead}", listed(on, 0))]
    NoTask {
        /// The path that was given.
        path: String,
        /// The branches on which it was sought.
        on: Vec<String>,
        /// What may have been meant.
        instead: Instead,
    },

    /// A step is wanted.
    #[error("`{path}` is a stage; a step of it is {}", listed(steps, 0))]
    Stage {
        /// The stage that was found.
        path: String,
        /// Its first steps.
        steps: Vec<String>,
    },

    /// Several places are meant.
    #[error("`{text}` can be {}", listed(candidates, *more))]
    Ambiguous {
        /// The text that was given.
        text: String,
        /// What it may mean, each as it can be written instead.
        candidates: Vec<String>,
        /// How many more there are.
        more: u64,
    },
}

/// What a path that no task has may have been meant as.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Instead {
    /// The task, where it is on other branches.
    Elsewhere(Vec<String>),
    /// Tasks whose path is spelled alike.
    Alike(Vec<String>),
    /// One of all branches.
    OneOf(Vec<String>),
    /// Nothing that is known.
    Unknown,
}

impl Instead {
    /// Takes the first of these that there are.
    pub(crate) fn new(
        elsewhere: Vec<String>,
        alike: Vec<String>,
        branches: Vec<String>,
    ) -> Instead {
        match (&*elsewhere, &*alike, &*branches) {
            ([_, ..], _, _) => Instead::Elsewhere(elsewhere),
            ([], [_, ..], _) => Instead::Alike(alike),
            ([], [], [_, ..]) => Instead::OneOf(branches),
            ([], [], []) => Instead::Unknown,
        }
    }
}

/// The end of a sentence.
impl fmt::Display for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Instead::Elsewhere(places) => write!(f, "; there is {}", listed(places, 0)),
            Instead::Alike(paths) => write!(f, "; is it {}?", listed(paths, 0)),
            Instead::OneOf(names) => write!(f, ", and it is no branch, as {} is", listed(names, 0)),
            Instead::Unknown => Ok(()),
        }
    }
}

impl Selector {
    /// Returns the names of all branches, if one of them may have been meant: by a word alone.
    pub(crate) fn branches_instead(&self, branches: &[KnownBranch]) -> Vec<String> {
        let is_word = |path: &String| !path.contains(['/', '[']);
        match self.branch.is_none() && self.path.as_ref().is_some_and(is_word) {
            true => names(branches),
            false => Vec::new(),
        }
    }

    /// Finds the branches that are meant, and whether the place is a task on one of them.
    pub(crate) fn on<'a>(
        &'a self,
        branches: &'a [KnownBranch],
    ) -> Result<Asked<'a>, SelectorError> {
        let named = |name: &str| branches.iter().filter(|b| b.name == name).collect::<Vec<_>>();
        let (on, path) = match (self.branch.as_deref(), self.path.as_deref()) {
            (None, Some(path)) if !named(path).is_empty() => (named(path), None),
            (None | Some(""), path) => (branches.iter().filter(|b| b.is_current).collect(), path),
            (Some(branch), path) => (named(branch), path),
        };
        match (path, &*on) {
            (_, []) => Err(SelectorError::NoBranch {
                branch: self.branch.clone().unwrap_or_default(),
                known: names(branches),
            }),
            (Some(path), _) => Ok(Asked::Task { path, on }),
            (None, [branch]) => Ok(Asked::Branch(branch)),
            (None, several) => Err(SelectorError::Ambiguous {
                text: self.to_string(),
                candidates: several.iter().map(|b| format!("{}:{}", b.name, b.run)).collect(),
                more: 0,
            }),
        }
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Selector, SelectorError> {
        // Keys may hold colons, so the branch ends at the first one before any key.
        let keys = text.find('[').unwrap_or(text.len());
        let (branch, path) = match text[..keys].find(':') {
            Some(colon) => (Some(&text[..colon]), &text[colon + 1..]),
            None => (None, text),
        };
        let is_path = path.split('/').all(|identity| !identity.is_empty());
        let is_branch = path.is_empty() && branch.is_some_and(|branch| !branch.is_empty());
        if !is_path && !is_branch {
            return Err(SelectorError::Malformed(text.to_owned()));
        }
        let path = Some(path).filter(|path| !path.is_empty()).map(str::to_owned);
        Ok(Selector { branch: branch.map(str::to_owned), path })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(branch) = &self.branch {
            write!(f, "{branch}:")?;
        }
        f.write_str(self.path.as_deref().unwrap_or_default())
    }
}

impl Place {
    /// The whole of a branch that has so many positions.
    pub(crate) fn whole(branch: &KnownBranch, length: u64) -> Place {
        Place::new(branch, &branch.run, false, 0..length)
    }

    fn new(branch: &KnownBranch, path: &str, is_step: bool, positions: Range<u64>) -> Place {
        Place {
            run: branch.run.clone(),
            branch: branch.name.clone(),
            path: TaskPath::recorded(path),
            is_step,
            positions,
            line: branch.line,
        }
    }

    /// Adds positions behind its own.
    fn extend(&mut self, positions: &Range<u64>) {
        self.positions.end = self.positions.end.max(positions.end);
    }
}

/// `BRANCH:PATH`, which is a selector of this place only.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.branch, self.path)
    }
}

/// Tasks that end with a path, found by looking at one step after the other.
pub(crate) struct Matches<'a> {
    path: &'a str,
    /// The task whose whole path it is; others do not matter then.
    exact: Option<Place>,
    /// The tasks that end with it.
    ending: Found,
    /// The tasks that do if their keys are left out; they matter if there are no others.
    named: Found,
}

/// The first places that were found, and how many more there are.
#[derive(Default)]
struct Found {
    places: Vec<Place>,
    more: u64,
}

impl<'a> Matches<'a> {
    pub(crate) fn new(path: &'a str) -> Matches<'a> {
        Matches { path, exact: None, ending: Found::default(), named: Found::default() }
    }

    /// Looks at a step, which may lie below a task that is meant. The steps of a branch come in
    /// their order; one that failed has no positions. Tells whether another step matters.
    pub(crate) fn see(&mut self, branch: &KnownBranch, path: &str, positions: Range<u64>) -> bool {
        let is_end = |at: usize| at == path.len() || path[at..].starts_with('/');
        let is_start = |at: usize| at == 0 || path[..at].ends_with('/');
        let place =
            |end: usize| Place::new(branch, &path[..end], end == path.len(), positions.clone());
        let mut is_below_exact = false;
        for (start, _) in path.match_indices(self.path) {
            let end = start + self.path.len();
            if !is_start(start) || !is_end(end) {
                continue;
            }
            if start > 0 {
                self.ending.add(branch, &path[..end], &positions, || place(end));
                continue;
            }
            is_below_exact = true;
            match &mut self.exact {
                Some(exact) if exact.line == branch.line => exact.extend(&positions),
                Some(_) => {}
                None => self.exact = Some(place(end)),
            }
        }
        if self.exact.is_none() && self.ending.places.is_empty() {
            for end in ends_by_name(self.path, path) {
                self.named.add(branch, &path[..end], &positions, || place(end));
            }
        }
        self.exact.as_ref().is_none_or(|place| is_below_exact && !place.is_step)
    }

    /// Returns the one task; `None` if there is none.
    pub(crate) fn finish(self, text: &Selector) -> Result<Option<Place>, SelectorError> {
        let found = match self.ending.places.is_empty() {
            true => self.named,
            false => self.ending,
        };
        match (self.exact, &*found.places) {
            (Some(exact), _) => Ok(Some(exact)),
            (None, []) => Ok(None),
            (None, [one]) => Ok(Some(one.clone())),
            (None, several) => Err(SelectorError::Ambiguous {
                text: text.to_string(),
                candidates: several.iter().map(ToString::to_string).collect(),
                more: found.more,
            }),
        }
    }

    /// Returns what was found, for a hint.
    pub(crate) fn places(self) -> Vec<Place> {
        match (self.exact, self.ending.places) {
            (Some(exact), _) => vec![exact],
            (None, ending) if ending.is_empty() => self.named.places,
            (None, ending) => ending,
        }
    }
}

impl Found {
    /// Adds a task with the positions of one of its steps.
    fn add(
        &mut self,
        branch: &KnownBranch,
        task: &str,
        positions: &Range<u64>,
        place: impl FnOnce() -> Place,
    ) {
        let is_task = |place: &&mut Place| place.line == branch.line && place.path.as_str() == task;
        let is_full = self.places.len() == LISTED_MAX;
        match self.places.iter_mut().rev().find(is_task) {
            Some(known) => known.extend(positions),
            None if !is_full => self.places.push(place()),
            None => self.more += 1,
        }
    }
}

/// Returns where tasks end on a step's path whose identities are those of `wanted`, keys left out
/// where `wanted` has none.
fn ends_by_name(wanted: &str, path: &str) -> impl Iterator<Item = usize> {
    let depth = wanted.split('/').count();
    let is_named = move |task: &str| {
        let mut identities = task.rsplit('/');
        let alike = wanted.rsplit('/').all(|wanted| {
            identities.next().is_some_and(|identity| {
                identity
                    .strip_prefix(wanted)
                    .is_some_and(|key| key.is_empty() || key.starts_with('['))
            })
        });
        alike && task.split('/').count() >= depth
    };
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    ends.filter(move |end| is_named(&path[..*end]))
}

/// The tasks whose ends are spelled most like a path, the nearest first.
pub(crate) struct Nearest<'a> {
    path: &'a str,
    tasks: Vec<(f64, String)>,
}

impl<'a> Nearest<'a> {
    pub(crate) fn new(path: &'a str) -> Nearest<'a> {
        Nearest { path, tasks: Vec::new() }
    }

    /// Looks at a step and the stages that it lies in.
    pub(crate) fn see(&mut self, path: &str) {
        let depth = self.path.split('/').count();
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for end in ends {
            let task = &path[..end];
            let start = task.rmatch_indices('/').nth(depth - 1).map_or(0, |(at, _)| at + 1);
            let nearness = strsim::jaro_winkler(self.path, &task[start..]);
            let is_known = || self.tasks.iter().any(|(_, known)| known == task);
            if nearness < NEAR || is_known() {
                continue;
            }
            let at = self.tasks.partition_point(|(better, _)| *better >= nearness);
            if at < NEAREST_MAX {
                self.tasks.insert(at, (nearness, task.to_owned()));
                self.tasks.truncate(NEAREST_MAX);
            }
        }
    }

    pub(crate) fn finish(self) -> Vec<String> {
        self.tasks.into_iter().map(|(_, path)| path).collect()
    }
}

/// Lists texts as alternatives.
fn names(branches: &[KnownBranch]) -> Vec<String> {
    let names: BTreeSet<&str> = branches.iter().map(|branch| &*branch.name).collect();
    names.into_iter().map(str::to_owned).collect()
}

fn listed(texts: &[String], more: u64) -> String {
    let quoted: Vec<_> = texts.iter().map(|text| format!("`{text}`")).collect();
    match (&*quoted, more) {
        ([], _) => "none".to_owned(),
        ([one], 0) => one.clone(),
        ([first @ .., last], 0) => format!("{} or {last}", first.join(", ")),
        (all, more) => format!("{} or {more} more", all.join(", ")),
    }
}

#[cfg(test)]
mod tests;
