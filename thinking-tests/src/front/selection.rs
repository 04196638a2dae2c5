//! Which cases a run is asked for: subtree, tags, shard and earlier failures together.

use std::collections::BTreeSet;

use super::error::FrontError;
use super::failed::{self, CaseId};
use super::files::Files;
use super::listing::{self, ListedSuite};
use super::options::Options;
use super::shard::Shard;
use super::subtree::Subtree;
use super::tags::TagFilter;

/// What a case has to be to be selected; everything is without any of these.
#[derive(Debug, Default)]
pub(super) struct Selection {
    pub(super) subtree: Option<Subtree>,
    pub(super) tags: Option<TagFilter>,
    pub(super) shard: Option<Shard>,
    /// The cases that failed and have not passed since.
    pub(super) failed: Option<BTreeSet<CaseId>>,
}

impl Selection {
    /// Finds out what `options` ask for.
    pub(super) fn new(options: &Options, files: &Files) -> Result<Self, FrontError> {
        let failed = match options.failed {
            false => None,
            true => Some(failed::read(&files.failed)?),
        };
        if failed.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(FrontError::NothingFailed);
        }
        Ok(Self {
            subtree: options.subtree.clone(),
            tags: options.tags.clone(),
            shard: options.shard,
            failed,
        })
    }

    /// Marks the selected cases of test binaries.
    ///
    /// # Errors
    ///
    /// The filter names a tag that no case has.
    pub(super) fn mark(&self, suites: &mut [ListedSuite]) -> Result<(), FrontError> {
        if let Some(tags) = &self.tags {
            tags.check(&listing::tags(suites))?;
        }
        for suite in suites {
            for case in &mut suite.cases {
                let (name, tags) = (&case.name, case.tags());
                let below = |tree: &Subtree| tree.selects(&suite.package, &suite.target, name);
                case.selected = self.subtree.as_ref().is_none_or(below)
                    && self.is_in_shard(&suite.name, name)
                    && self.has_failed(&suite.name, name, case.fixtures())
                    && self.tags.as_ref().is_none_or(|filter| filter.selects(tags));
            }
        }
        Ok(())
    }

    /// Tells whether the doctests of `item` are selected, those of the package `package`.
    pub(super) fn selects_doctest(&self, suite: &str, package: &str, item: &str) -> bool {
        // A doctest belongs to no test binary, and nothing has an empty name.
        self.subtree.as_ref().is_none_or(|tree| tree.selects(package, "", item))
            && self.is_in_shard(suite, item)
            && self.has_failed(suite, item, &[])
            && self.may_select_doctests()
    }

    /// Tells whether any doctest can be selected: they have no tags.
    pub(super) fn may_select_doctests(&self) -> bool {
        self.tags.as_ref().is_none_or(|filter| filter.selects::<&str>(&[]))
    }

    /// Describes everything but the subtree as it is written on the command line.
    pub(super) fn flags(&self) -> Vec<String> {
        let tags = self.tags.as_ref().map(|filter| format!("--tag '{filter}'"));
        let failed = self.failed.as_ref().map(|_| "--failed".to_owned());
        let shard = self.shard.map(|shard| format!("--shard {shard}"));
        [tags, failed, shard].into_iter().flatten().collect()
    }

    fn is_in_shard(&self, suite: &str, case: &str) -> bool {
        self.shard.is_none_or(|shard| shard.holds(suite, case))
    }

    /// Tells whether a case failed, or a fixture that it shares with others, if that is asked for.
    fn has_failed(&self, suite: &str, case: &str, fixtures: &[String]) -> bool {
        let Some(failed) = &self.failed else { return true };
        let mut fixtures = fixtures.iter();
        failed.contains(&CaseId::new(suite, case))
            || fixtures.any(|fixture| failed.contains(&CaseId::of_fixture(suite, fixture)))
    }
}

#[cfg(test)]
mod tests;
