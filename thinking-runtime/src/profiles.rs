//! Profiles: named switches that overlay facets and enable components.

use std::collections::BTreeMap;

use thinking_modules::Mode;

use crate::diagnostic::{Diagnostic, nearest};

mod definition;

pub use definition::{ProfileDefinition, Trigger, is_name};

/// Active with the environment variable `DEBUG` or `DEBUGGING`.
pub const PROFILE_DEBUG: &str = "debug";
/// Active with the environment variable `PROFILING`.
pub const PROFILE_PROFILING: &str = "profiling";
/// Active in test binaries.
pub const PROFILE_TEST: &str = "test";

const BUILT_IN: [ProfileDefinition; 3] = [
    ProfileDefinition {
        name: PROFILE_DEBUG,
        about: &["For those who look for a mistake."],
        triggers: &[Trigger::Present("DEBUG"), Trigger::Present("DEBUGGING")],
    },
    ProfileDefinition {
        name: PROFILE_PROFILING,
        about: &["For those who look for lost time."],
        triggers: &[Trigger::Present("PROFILING")],
    },
    ProfileDefinition { name: PROFILE_TEST, about: &["In test binaries."], triggers: &[] },
];

/// The environment variable that lists active profiles, separated by commas.
pub(crate) const VARIABLE: &str = "THINKING_PROFILES";

/// The active profiles, in the order in which they overlay one another: built-in ones, those
/// whose conditions hold in the order of the registry, those that `THINKING_PROFILES` lists, those
/// of the command line. A profile stands where it is named first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profiles {
    active: Vec<Active>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Active {
    name: String,
    triggers: Vec<String>,
}

impl Profiles {
    /// Makes the given names active, in order; a name given twice counts once.
    pub fn new<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        let mut profiles = Profiles::default();
        for name in names {
            profiles.activate(&name.into(), "named by the program".to_owned());
        }
        profiles
    }

    /// Recognises the active profiles by mode, conditions, `THINKING_PROFILES` and the names of
    /// the command line.
    pub(crate) fn recognise<'a>(
        mode: Mode,
        declared: impl IntoIterator<Item = &'a ProfileDefinition>,
        environment: &[(String, String)],
        command_line: &[String],
    ) -> Self {
        let mut profiles = Profiles::default();
        for profile in BUILT_IN.iter().chain(declared) {
            if profile.name == PROFILE_TEST && mode == Mode::Tests {
                profiles.activate(PROFILE_TEST, "this is a test binary".to_owned());
            }
            for trigger in profile.triggers.iter().filter(|trigger| trigger.holds(environment)) {
                profiles.activate(profile.name, trigger.to_string());
            }
        }
        for name in items(variable(environment, VARIABLE).unwrap_or_default()) {
            profiles.activate(name, format!("the variable `{VARIABLE}` names it"));
        }
        for name in command_line.iter().flat_map(|names| items(names)) {
            profiles.activate(name, "`--profile` names it".to_owned());
        }
        profiles
    }

    fn activate(&mut self, name: &str, trigger: String) {
        let active = match self.active.iter_mut().find(|active| active.name == name) {
            Some(active) => active,
            None => {
                let active = Active { name: name.to_owned(), triggers: Vec::new() };
                self.active.push_mut(active)
            }
        };
        if !active.triggers.contains(&trigger) {
            active.triggers.push(trigger);
        }
    }

    /// Tells whether the profile `name` is active.
    pub fn is_active(&self, name: &str) -> bool {
        self.active.iter().any(|active| active.name == name)
    }

    /// Returns the names of the active profiles, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.active.iter().map(|active| active.name.as_str())
    }

    /// Returns the active profiles in order, each with what activates it: every condition that
    /// holds, and every list that names it.
    pub fn triggers(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.active.iter().map(|active| (active.name.as_str(), active.triggers.as_slice()))
    }

    /// Reports each active profile that nothing in the program or its files knows.
    pub(crate) fn check(&self, known: &BTreeMap<String, String>) -> Vec<Diagnostic> {
        let known = || known.keys().map(String::as_str);
        let unknown = self.active.iter().filter(|active| !known().any(|name| name == active.name));
        let report = |active: &Active| {
            let name = &active.name;
            let because = |diagnostic: Diagnostic| {
                active.triggers.iter().fold(diagnostic, |found, trigger| found.note(trigger))
            };
            if !is_name(name) {
                return because(Diagnostic::error(format!("`{name}` cannot name a profile")))
                    .help("a profile's name consists of letters, digits, `-` and `_`");
            }
            because(Diagnostic::error(format!("unknown profile `{name}`")))
                .note(format!("known profiles: {}", known().collect::<Vec<_>>().join(", ")))
                .help_if(nearest(name, known()).map(|near| format!("did you mean `{near}`?")))
        };
        unknown.map(report).collect()
    }
}

/// Returns the profiles that the program knows, each with what it is for: the built-in and the
/// declared ones, and the names that `mentioned` gives.
pub(crate) fn known<'a>(
    declared: impl IntoIterator<Item = &'a ProfileDefinition>,
    mentioned: impl IntoIterator<Item = String>,
) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    for profile in BUILT_IN.iter().chain(declared) {
        let lines: Vec<_> = profile.about.iter().map(|line| line.trim()).collect();
        let about: &mut String = known.entry(profile.name.to_owned()).or_default();
        if about.is_empty() {
            *about = lines.join(" ").trim().to_owned();
        }
    }
    for name in mentioned.into_iter().filter(|name| is_name(name)) {
        known.entry(name).or_default();
    }
    known
}

/// Returns the items of a list that is separated by commas.
pub(crate) fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// Returns the value of an environment variable.
pub(crate) fn variable<'a>(environment: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    environment.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests;
