//! The decision about one step, as a pure function of what is recorded at its place and what is
//! asked for now: reuse, execute, or diverged and why.

use std::collections::BTreeMap;

use crate::divergence::{Difference, HelperChange};
use crate::history::{ArgumentsPrint, Fingerprint};

/// What a stage asks for.
#[derive(Debug, Clone)]
pub(crate) struct Request<'a> {
    pub(crate) path: &'a str,
    pub(crate) code: &'a str,
    pub(crate) version: u32,
    pub(crate) arguments: &'a ArgumentsPrint,
    pub(crate) components: &'a [String],
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
/// `recorded` is the path and fingerprint of the step at that position.
pub(crate) fn decide(
    recorded: Option<(&str, &Fingerprint)>,
    request: &Request<'_>,
    present: Present<'_>,
) -> Decision {
    let Some((path, recorded)) = recorded else {
        return Decision::Execute;
    };
    if path != request.path {
        return Decision::Diverged(vec![Difference::Step {
            recorded: path.to_owned(),
            asked: request.path.to_owned(),
        }]);
    }
    let mut differences = Vec::new();
    if recorded.version != request.version {
        differences.push(Difference::Version { recorded: recorded.version, now: request.version });
    }
    if recorded.code != request.code {
        differences.push(Difference::Code);
    }
    if recorded.arguments.hash != request.arguments.hash {
        differences.push(Difference::Arguments {
            recorded: recorded.arguments.text.clone(),
            now: request.arguments.text.clone(),
        });
    }
    if recorded.components != request.components {
        let without = |all: &[String], others: &[String]| {
            all.iter().filter(|name| !others.contains(name)).cloned().collect::<Vec<_>>()
        };
        differences.push(Difference::Components {
            gone: without(&recorded.components, request.components),
            new: without(request.components, &recorded.components),
        });
    }
    for (key, value) in &recorded.settings {
        let now = present.settings.get(key);
        if now != Some(value) && !is_unset(value, now) {
            differences.push(Difference::Setting {
                key: key.clone(),
                recorded: value.clone(),
                now: now.cloned().unwrap_or_else(|| "unset".to_owned()),
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
    match differences.is_empty() {
        true => Decision::Reuse,
        false => Decision::Diverged(differences),
    }
}

/// An unset key is recorded as such, and is absent from the current settings.
fn is_unset(recorded: &str, now: Option<&String>) -> bool {
    recorded == "unset" && now.is_none()
}

#[cfg(test)]
mod tests;
