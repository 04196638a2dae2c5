//! What two steps depend on and is not the same: pure.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::artifact::Artifact;
use crate::history::{Print, StepRecord};

/// Something that a step depends on, or left, and that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Change {
    /// `arguments`, `code`, `version`, `component`, `setting` or `artifact`.
    pub what: &'static str,
    /// Of a setting, component or artifact, which one.
    pub name: Option<String>,
    /// On the one side; nothing where it is not.
    pub a: Option<String>,
    /// On the other.
    pub b: Option<String>,
}

impl Change {
    fn new(what: &'static str, a: impl Into<String>, b: impl Into<String>) -> Change {
        Change { what, name: None, a: Some(a.into()), b: Some(b.into()) }
    }

    fn named(what: &'static str, name: &str, a: Option<String>, b: Option<String>) -> Change {
        Change { what, name: Some(name.to_owned()), a, b }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        self.name.iter().try_for_each(|name| write!(f, " {name}"))
    }
}

impl StepRecord {
    /// Tells at once whether two steps depend on the same and left the same files.
    pub(crate) fn same_inputs(&self, other: &StepRecord) -> bool {
        self.arguments == other.arguments
            && self.print == other.print
            && self.artifacts == other.artifacts
    }
}

/// Returns what is not the same, in the order in which people look for it.
pub(super) fn of(
    (step_a, print_a): (&StepRecord, Print),
    (step_b, print_b): (&StepRecord, Print),
) -> Vec<Change> {
    let mut changes = Vec::new();
    if step_a.arguments.hash != step_b.arguments.hash {
        let (a, b) = (&*step_a.arguments.text, &*step_b.arguments.text);
        changes.push(Change::new("arguments", a, b));
    }
    let keys: BTreeSet<_> = print_a.settings.keys().chain(print_b.settings.keys()).collect();
    for key in keys {
        let (a, b) = (print_a.settings.get(key), print_b.settings.get(key));
        if a != b {
            changes.push(Change::named("setting", key, a.cloned(), b.cloned()));
        }
    }
    let names: BTreeSet<_> = print_a.helpers.keys().chain(print_b.helpers.keys()).collect();
    for name in names {
        let (a, b) = (print_a.helpers.get(name), print_b.helpers.get(name));
        if a != b {
            changes.push(Change::named("helper", name, a.cloned(), b.cloned()));
        }
    }
    let components: BTreeSet<_> = print_a.components.iter().chain(&print_b.components).collect();
    for name in components {
        let on = |components: &[String]| components.contains(name).then(|| "used".to_owned());
        let (a, b) = (on(&print_a.components), on(&print_b.components));
        if a != b {
            changes.push(Change::named("component", name, a, b));
        }
    }
    if print_a.version != print_b.version {
        let (a, b) = (print_a.version.to_string(), print_b.version.to_string());
        changes.push(Change::new("version", a, b));
    }
    if print_a.code != print_b.code {
        changes.push(Change::new("code", print_a.code.to_string(), print_b.code.to_string()));
    }
    let artifacts = step_a.artifacts.iter().chain(&step_b.artifacts);
    for name in artifacts.map(|artifact| &artifact.name).collect::<BTreeSet<_>>() {
        let hash = |artifacts: &[Artifact]| {
            let of_name = artifacts.iter().find(|artifact| artifact.name == *name);
            of_name.map(|artifact| artifact.hash.clone())
        };
        let (a, b) = (hash(&step_a.artifacts), hash(&step_b.artifacts));
        if a != b {
            changes.push(Change::named("artifact", name, a, b));
        }
    }
    changes
}

#[cfg(test)]
mod tests;
