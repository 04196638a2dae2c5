//! The decision about one step, as a pure function of what is recorded at its place and what is
//! asked for now: reuse, execute, or diverged and why; and which way on there is then.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::digest::Digest;
use crate::divergence::{Difference, HelperChange, arguments};
use crate::facet::OnChange;
use crate::history::{ArgumentsPrint, Print};
use crate::store::Lineage;

mod seal;

pub(crate) use seal::{Misfit, Sealed, is_of, misfits};

/// How a key is recorded that has no value.
pub(crate) const UNSET: &str = "unset";

/// The names that a task had before.
pub(crate) type Aliases = &'static [&'static str];

/// What a stage asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) path: &'a str,
    /// Former names of the stages around it, outermost first.
    pub(crate) stages: &'a [Aliases],
    /// Its own former names.
    pub(crate) aliases: Aliases,
    pub(crate) arguments: &'a ArgumentsPrint,
}

impl Request<'_> {
    /// Tells whether a recorded path is the one asked for, or was so under former names.
    pub(crate) fn is_at(&self, recorded: &str) -> bool {
        recorded == self.path || self.was_at(recorded)
    }

    fn was_at(&self, recorded: &str) -> bool {
        let (mut recorded, mut asked) = (recorded.split('/'), self.path.split('/'));
        let mut aliases = self.stages.iter().chain([&self.aliases]);
        aliases.all(|aliases| match (recorded.next(), asked.next()) {
            (Some(recorded), Some(asked)) => recorded == asked || was(recorded, asked, aliases),
            _ => false,
        }) && recorded.next().is_none()
    }
}

/// Tells whether an identity has a former name, and the same key.
fn was(recorded: &str, asked: &str, aliases: &[&str]) -> bool {
    let key = asked.find(['[', '#']).map_or("", |at| &asked[at..]);
    aliases.iter().any(|alias| recorded.strip_prefix(alias) == Some(key))
}

/// What is recorded at the place where a stage asks for something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recorded<'a> {
    pub(crate) path: &'a str,
    pub(crate) arguments: Digest,
    /// The arguments for people.
    pub(crate) text: &'a str,
}

/// What the program is now, as far as only a step's record knows what of it counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Present<'a> {
    /// The value of every setting.
    pub(crate) settings: &'a BTreeMap<String, String>,
    /// The hash of every tracked function and block.
    pub(crate) helpers: &'a BTreeMap<String, String>,
}

/// What is done about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Decision {
    /// The recorded result is given.
    Reuse,
    /// Nothing is recorded here: the step runs.
    Execute,
    /// Something else is recorded here, or the same step with other inputs.
    Diverged(Vec<Difference>),
}

/// Compares what is recorded at a position with what is asked for.
///
/// `prints` tells how what the recorded step depends on differs from now, as [`compare`] does; it
/// is asked only where the path is the same.
pub(crate) fn decide(
    recorded: Option<Recorded<'_>>,
    request: Request<'_>,
    prints: impl FnOnce() -> Vec<Difference>,
) -> Decision {
    let Some(recorded) = recorded else {
        return Decision::Execute;
    };
    if !request.is_at(recorded.path) {
        return Decision::Diverged(vec![Difference::Step {
            recorded: recorded.path.to_owned(),
            asked: request.path.to_owned(),
        }]);
    }
    let mut differences = prints();
    if recorded.arguments != request.arguments.hash {
        differences.extend(arguments(recorded.text, &request.arguments.text));
    }
    match differences.is_empty() {
        true => Decision::Reuse,
        false => Decision::Diverged(differences),
    }
}

/// Decides about a step of which other prints and arguments were accepted: each of them counts as
/// much as what is recorded.
pub(crate) fn with_acceptances(
    decision: Decision,
    acceptances: impl IntoIterator<Item = Decision>,
) -> Decision {
    match decision {
        Decision::Diverged(differences) if is_same_step(&differences) => {
            match acceptances.into_iter().any(|accepted| accepted == Decision::Reuse) {
                true => Decision::Reuse,
                false => Decision::Diverged(differences),
            }
        }
        decision => decision,
    }
}

/// What is done about a divergence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The session ends.
    Refuse,
    /// It and those after it run again, on a new branch.
    Fork,
    /// The recorded result is given.
    Keep,
}

/// Decides what is done about a divergence. `kept` tells whether this step is to be kept, whatever
/// the policy. Where no result of it is recorded there is nothing to keep; who wants that has to
/// see it.
pub(crate) fn way(
    policy: OnChange,
    kept: bool,
    can_be_kept: bool,
    at_stake: Duration,
    rerun_below: Duration,
) -> Way {
    match policy {
        _ if kept || policy == OnChange::Keep => match can_be_kept {
            true => Way::Keep,
            false => Way::Refuse,
        },
        OnChange::Auto if at_stake <= rerun_below => Way::Fork,
        OnChange::Fork => Way::Fork,
        _ => Way::Refuse,
    }
}

/// Tells whether the step that is asked for is recorded, though with other inputs.
pub(crate) fn is_same_step(differences: &[Difference]) -> bool {
    !differences.iter().any(|difference| matches!(difference, Difference::Step { .. }))
}

/// A branch of the run on which a session may go on.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) branch: u32,
    pub(crate) name: String,
    pub(crate) lineage: Lineage,
    /// How many positions it has.
    pub(crate) length: u64,
    /// Whether a change made it and nothing ran on it yet.
    pub(crate) is_fresh: bool,
}

/// Finds the branch that shares all positions below this one with `line` and has recorded here
/// what is asked for, which `fits` tells. Of several it is the one whose step was recorded last;
/// among those that share that step, the longest.
///
/// # Errors
///
/// The first error of `fits`.
pub(crate) fn elsewhere<E>(
    mut candidates: Vec<Candidate>,
    line: &Lineage,
    position: u64,
    mut fits: impl FnMut(&Candidate) -> Result<bool, E>,
) -> Result<Option<Candidate>, E> {
    let here = line.owner(position);
    candidates.retain(|other| {
        let is_other = other.length > position && other.lineage.owner(position) != here;
        is_other && other.lineage.shares(line, position)
    });
    candidates.sort_by_key(|other| (other.lineage.owner(position), other.length, other.branch));
    for candidate in candidates.into_iter().rev() {
        if fits(&candidate)? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Finds a branch that a change made and that ends here, with nothing of its own.
pub(crate) fn ends_here(
    candidates: Vec<Candidate>,
    line: &Lineage,
    position: u64,
) -> Option<Candidate> {
    let mut candidates = candidates.into_iter();
    candidates.find(|other| {
        other.is_fresh && other.length == position && other.lineage.shares(line, position)
    })
}

/// Compares what a recorded step depends on with what it would depend on now.
///
/// The settings and helpers of `now` do not count: which ones a step uses is known from its record
/// only, and `present` knows all of them.
pub(crate) fn compare(recorded: &Print, now: &Print, present: Present<'_>) -> Vec<Difference> {
    let mut differences = Vec::new();
    if recorded.version != now.version {
        differences.push(Difference::Version { recorded: recorded.version, now: now.version });
    }
    if recorded.code != now.code {
        let (recorded, now) = (recorded.code.to_string(), now.code.to_string());
        differences.push(Difference::Code { recorded, now });
    }
    if recorded.components != now.components {
        let without = |all: &[String], others: &[String]| {
            all.iter().filter(|name| !others.contains(name)).cloned().collect::<Vec<_>>()
        };
        differences.push(Difference::Components {
            gone: without(&recorded.components, &now.components),
            new: without(&now.components, &recorded.components),
        });
    }
    for (key, value) in &recorded.settings {
        let now = present.settings.get(key);
        if now != Some(value) && !is_unset(value, now) {
            differences.push(Difference::Setting {
                key: key.clone(),
                recorded: value.clone(),
                now: now.cloned().unwrap_or_else(|| UNSET.to_owned()),
            });
        }
    }
    for (name, hash) in &recorded.helpers {
        let change = match present.helpers.get(name) {
            Some(now) if now == hash => continue,
            Some(_) => HelperChange::Code,
            None => HelperChange::Gone,
        };
        differences.push(Difference::Helper { name: name.clone(), change });
    }
    differences
}

/// An unset key is recorded as such, and is absent from the current settings.
fn is_unset(recorded: &str, now: Option<&String>) -> bool {
    recorded == UNSET && now.is_none()
}

#[cfg(test)]
mod tests;
