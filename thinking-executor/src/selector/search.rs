//! Finds a place in the records: reads the paths of steps, one after the other, and keeps none.

use super::{Asked, Instead, KnownBranch, Matches, Nearest, Place, Selector, SelectorError};
use crate::error::StoreError;
use crate::history::FailureRecord;
use crate::storage::Space;
use crate::store::{Lineage, Records};

/// Finds the place that a selector means. Costs a look at each step of the branches that are
/// asked for, up to the one that is meant if its whole path is given.
pub(crate) fn find(
    records: &Records,
    selector: &Selector,
) -> Result<Result<Place, SelectorError>, StoreError> {
    let branches = known_branches(records)?;
    let (path, on) = match selector.on(&branches) {
        Err(error) => return Ok(Err(error)),
        Ok(Asked::Branch(branch)) => {
            let length = records.length(&records.lineage(branch.line)?)?;
            return Ok(Ok(Place::whole(branch, length)));
        }
        Ok(Asked::Task { path, on }) => (path, on),
    };
    match matches(records, path, &on)?.finish(selector) {
        Ok(Some(place)) => Ok(Ok(place)),
        Err(error) => Ok(Err(error)),
        Ok(None) => {
            let others: Vec<_> = branches.iter().filter(|branch| !on.contains(branch)).collect();
            let elsewhere = matches(records, path, &others)?.places();
            let mut nearest = Nearest::new(path);
            for branch in &on {
                each(records, branch, |path, _| {
                    nearest.see(path);
                    true
                })?;
            }
            Ok(Err(SelectorError::NoTask {
                path: path.to_owned(),
                on: on.iter().map(|branch| branch.name.clone()).collect(),
                instead: Instead::new(
                    elsewhere.iter().map(ToString::to_string).collect(),
                    nearest.finish(),
                    selector.branches_instead(&branches),
                ),
            }))
        }
    }
}

/// Returns all branches of all runs.
pub(crate) fn known_branches(records: &Records) -> Result<Vec<KnownBranch>, StoreError> {
    let heads = records.heads()?;
    let branches = records.branches()?.into_iter().map(|(line, branch)| KnownBranch {
        is_current: heads.iter().any(|(_, head)| *head == line),
        run: branch.run,
        name: branch.name,
        line,
    });
    Ok(branches.collect())
}

fn matches<'a>(
    records: &Records,
    path: &'a str,
    on: &[&KnownBranch],
) -> Result<Matches<'a>, StoreError> {
    let mut matches = Matches::new(path);
    for branch in on {
        // A path that begins with a run's name lies in no other run; others may lie in any.
        each(records, branch, |path, positions| matches.see(branch, path, positions))?;
    }
    Ok(matches)
}

/// Gives the path of each step along a branch, and of those that failed and are not done, until
/// `see` does not want more.
fn each(
    records: &Records,
    branch: &KnownBranch,
    mut see: impl FnMut(&str, std::ops::Range<u64>) -> bool,
) -> Result<(), StoreError> {
    let lineage = records.lineage(branch.line)?;
    for row in records.line(Space::Steps, &lineage, 0) {
        let (position, sealed) = row?;
        let head = records.step_head(&lineage, position, &sealed)?;
        if !see(head.path, position..position + 1) {
            return Ok(());
        }
    }
    for (_, failure) in records.failures()? {
        let FailureRecord { path, position, .. } = &failure;
        if is_on(&lineage, &failure) && !see(path.as_str(), *position..*position) {
            return Ok(());
        }
    }
    Ok(())
}

/// Tells whether an attempt failed on a line of history.
pub(crate) fn is_on(lineage: &Lineage, failure: &FailureRecord) -> bool {
    lineage.segments.iter().any(|segment| {
        segment.branch == failure.branch
            && (segment.from..segment.below).contains(&failure.position)
    })
}
