//! The decision about a sealed stage, as a pure function of its seal and what is asked for now:
//! skip it whole, or why its body runs.

use std::fmt;

use super::Request;
use crate::digest::Digest;
use crate::divergence::{Difference, arguments};
use crate::history::SealRecord;
use crate::store::Lineage;

/// Why a stage that is sealed is not skipped.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Misfit {
    /// The stage itself is not what it was.
    Stage(Difference),
    /// A task inside of it is not what it was.
    Task { task: String, difference: Difference },
    /// The program has no such task any more, or several.
    Gone { task: String },
    /// A failure that was handled inside of it is to be tried again.
    Failed,
    /// A failure that was handled behind its last step is tried again, as no record names it that
    /// follows.
    Open,
    /// The recorded result, or another part of the seal, cannot be read.
    Unreadable(String),
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Misfit::Stage(difference) => difference.fmt(f),
            Misfit::Task { task, difference } => write!(f, "in `{task}`: {difference}"),
            Misfit::Gone { task } => {
                write!(f, "the task `{task}` is gone, or there are several of this name")
            }
            Misfit::Failed => f.write_str("a failure in it is to be tried again"),
            Misfit::Open => f.write_str("a failure at its end is tried again"),
            Misfit::Unreadable(why) => f.write_str(why),
        }
    }
}

/// Where a seal was found, and what follows its stage there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sealed<'a> {
    pub(crate) seal: &'a SealRecord,
    /// The serial numbers of the failures that what follows the stage names: the next step, or the
    /// end of the session that was done there.
    pub(crate) named: &'a [u64],
}

/// Tells whether a seal that was found on `branch` is of the stage asked for, and whether all of
/// its steps lie on `line`, of which so many positions are recorded.
///
/// Seals are kept with the branch of their last step. A line that has this branch has all that is
/// below on it, too, so only the end has to be looked at.
pub(crate) fn is_of(
    seal: &SealRecord,
    branch: u32,
    request: Request<'_>,
    line: &Lineage,
    recorded: u64,
) -> bool {
    let is_on_line = seal.until <= recorded
        && seal.until.checked_sub(1).and_then(|last| line.owner(last)) == Some(branch);
    is_on_line && request.is_at(seal.path.as_str())
}

/// Compares what a sealed stage depended on with the present; nothing is different if it can be
/// skipped.
///
/// `differences` tells how a print differs from what a task would depend on now: the one of that
/// name, or for `None` the stage itself. It returns nothing if there is no such task.
///
/// # Errors
///
/// The first error of `differences`.
pub(crate) fn misfits<E, D: AsRef<[Difference]>>(
    Sealed { seal, named }: Sealed<'_>,
    request: Request<'_>,
    retry_failed: bool,
    mut differences: impl FnMut(Option<&str>, Digest) -> Result<Option<D>, E>,
) -> Result<Vec<Misfit>, E> {
    let mut misfits = Vec::new();
    let mut add = |misfit| {
        // Many tasks may have read the same setting.
        if !misfits.contains(&misfit) {
            misfits.push(misfit);
        }
    };
    for print in &seal.prints {
        let found = differences(None, *print)?;
        for difference in found.iter().flat_map(AsRef::as_ref) {
            add(Misfit::Stage(difference.clone()));
        }
    }
    if seal.arguments.hash != request.arguments.hash {
        let differences = arguments(&seal.arguments.text, &request.arguments.text);
        differences.into_iter().for_each(|difference| add(Misfit::Stage(difference)));
    }
    for (task, prints) in &seal.tasks {
        for print in prints {
            let Some(found) = differences(Some(task), *print)? else {
                add(Misfit::Gone { task: task.clone() });
                continue;
            };
            for difference in found.as_ref() {
                add(Misfit::Task { task: task.clone(), difference: difference.clone() });
            }
        }
    }
    if retry_failed && seal.handled {
        add(Misfit::Failed);
    }
    if !seal.failures.iter().all(|failure| named.contains(failure)) {
        add(Misfit::Open);
    }
    Ok(misfits)
}

#[cfg(test)]
mod tests;
