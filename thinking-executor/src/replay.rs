//! The decision about one step, as a pure function of what is recorded at its place and what is
//! asked for now: reuse, execute, or diverged and why.

use std::collections::BTreeMap;

use crate::digest::Digest;
use crate::divergence::{Difference, HelperChange};
use crate::history::{ArgumentsPrint, Print};

/// What a stage asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) path: &'a str,
    pub(crate) arguments: &'a ArgumentsPrint,
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
    if recorded.path != request.path {
        return Decision::Diverged(vec![Difference::Step {
            recorded: recorded.path.to_owned(),
            asked: request.path.to_owned(),
        }]);
    }
    let mut differences = prints();
    if recorded.arguments != request.arguments.hash {
        differences.push(Difference::Arguments {
            recorded: recorded.text.to_owned(),
            now: request.arguments.text.clone(),
        });
    }
    match differences.is_empty() {
        true => Decision::Reuse,
        false => Decision::Diverged(differences),
    }
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
        differences.push(Difference::Code);
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
    differences
}

/// An unset key is recorded as such, and is absent from the current settings.
fn is_unset(recorded: &str, now: Option<&String>) -> bool {
    recorded == "unset" && now.is_none()
}

#[cfg(test)]
mod tests;
