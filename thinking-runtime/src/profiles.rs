//! Profiles: named switches that overlay facets and enable components.

use thinking_modules::Mode;

use crate::diagnostic::{Diagnostic, nearest};

/// Active with the environment variable `DEBUG` or `DEBUGGING`.
pub const PROFILE_DEBUG: &str = "debug";
/// Active with the environment variable `PROFILING`.
pub const PROFILE_PROFILING: &str = "profiling";
/// Active in test binaries.
pub const PROFILE_TEST: &str = "test";

const BUILT_IN: [(&str, &[&str]); 3] = [
    (PROFILE_DEBUG, &["DEBUG", "DEBUGGING"]),
    (PROFILE_PROFILING, &["PROFILING"]),
    (PROFILE_TEST, &[]),
];

/// The environment variable that lists active profiles, separated by commas.
pub(crate) const VARIABLE: &str = "THINKING_PROFILES";

/// The active profiles, in the order in which they overlay one another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profiles {
    active: Vec<String>,
}

impl Profiles {
    /// Makes the given names active, in order; a name given twice counts once.
    pub fn new<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        let mut profiles = Profiles::default();
        names.into_iter().for_each(|name| profiles.activate(name.into()));
        profiles
    }

    /// Recognises the active profiles: built-in conditions, then `THINKING_PROFILES`, then those
    /// of the command line.
    pub(crate) fn recognise(
        mode: Mode,
        environment: &[(String, String)],
        command_line: &[String],
    ) -> Self {
        let mut profiles = Profiles::default();
        for (name, variables) in BUILT_IN {
            let triggered = variables.iter().any(|wanted| variable(environment, wanted).is_some());
            if triggered || (name == PROFILE_TEST && mode == Mode::Tests) {
                profiles.activate(name.to_owned());
            }
        }
        let listed = variable(environment, VARIABLE).unwrap_or_default().split(',');
        let named = command_line.iter().flat_map(|names| names.split(','));
        for name in listed.chain(named).map(str::trim).filter(|name| !name.is_empty()) {
            profiles.activate(name.to_owned());
        }
        profiles
    }

    fn activate(&mut self, name: String) {
        if !self.is_active(&name) {
            self.active.push(name);
        }
    }

    /// Tells whether the profile `name` is active.
    pub fn is_active(&self, name: &str) -> bool {
        self.active.iter().any(|active| active == name)
    }

    /// Returns the names of the active profiles, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.active.iter().map(String::as_str)
    }

    /// Reports each active profile that nothing in the program or its files knows.
    pub(crate) fn check(&self, known: &[String]) -> Vec<Diagnostic> {
        let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
        known.extend(BUILT_IN.map(|(name, _)| name));
        known.sort_unstable();
        known.dedup();
        let unknown = self.names().filter(|name| !known.contains(name));
        unknown
            .map(|name| {
                Diagnostic::error(format!("unknown profile `{name}`"))
                    .note(format!("known profiles: {}", known.join(", ")))
                    .help_if(
                        nearest(name, known.iter().copied())
                            .map(|near| format!("did you mean `{near}`?")),
                    )
            })
            .collect()
    }
}

fn variable<'a>(environment: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    environment.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests;
