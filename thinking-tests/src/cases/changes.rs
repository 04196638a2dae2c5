//! What a case changes about the configuration of its program.

use std::collections::BTreeSet;

use thinking_modules::{MainModule, Mode};
use thinking_runtime::{Diagnostic, Runtime};

/// What one case changes about the configuration: `#[thinking::test(profile = "…", set(…))]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changes {
    /// The profiles that are active besides those of the process.
    pub profiles: &'static [&'static str],
    /// The assignments, `facet.key=value`, which come after those of the process.
    pub assignments: &'static [&'static str],
}

/// The configuration of a case.
pub(crate) struct Loaded {
    /// As it is without the changes.
    pub(crate) plain: Runtime,
    /// With the changes, if there are any.
    pub(crate) changed: Option<Runtime>,
    /// What is wrong without the changes, too.
    pub(crate) mistakes: Vec<Diagnostic>,
}

impl Changes {
    /// Changes nothing.
    pub const NONE: Changes = Changes { profiles: &[], assignments: &[] };

    /// Loads the configuration without the changes, and with them unless there are none.
    ///
    /// # Errors
    ///
    /// What is wrong because of the changes. All other mistakes concern only those who need a facet
    /// that has them.
    pub(crate) fn load(
        &self,
        main: MainModule,
        known_profiles: &[String],
    ) -> Result<Loaded, Vec<Diagnostic>> {
        let load = |changes: &Changes| {
            let owned = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect();
            let (profiles, assignments): (Vec<_>, Vec<_>) =
                (owned(changes.profiles), owned(changes.assignments));
            Runtime::builder(main)
                .mode(Mode::Tests)
                .known_profiles(known_profiles.iter().cloned())
                .profiles(profiles)
                .assignments(assignments)
                .load()
        };
        let (plain, mistakes) = load(&Changes::NONE);
        if *self == Changes::NONE {
            return Ok(Loaded { plain, changed: None, mistakes });
        }
        let (changed, mut because_of_it) = load(self);
        let known: BTreeSet<_> = mistakes.iter().map(ToString::to_string).collect();
        because_of_it.retain(|mistake| !known.contains(&mistake.to_string()));
        match because_of_it.is_empty() {
            true => Ok(Loaded { plain, changed: Some(changed), mistakes }),
            false => Err(because_of_it),
        }
    }
}
