//! Conditions of components: whether they hold, and what is missing where they do not.

use std::fmt;

use thinking_runtime::{Profiles, Setting};

use crate::requirement::TypeKey;

/// When a component takes part in the graph. All conditions of a component must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// A profile is active.
    Profile(&'static str),
    /// A key of a facet has this value, as [`Facets::setting`](thinking_runtime::Facets::setting)
    /// writes it: `"adam"` with its quotes, `3`, `0.5`, `true`. Auxiliary keys count, too.
    Facet {
        /// The facet's name.
        facet: &'static str,
        /// The key; that of a value in a table with those that lead to it: `tls.enabled`.
        key: &'static str,
        /// The canonical text of the value.
        value: &'static str,
    },
    /// No component provides the type: none that has no such condition itself and is no fallback.
    /// So the answer does not depend on the order in which conditions are looked at.
    Missing(TypeKey),
    /// At least one of these holds.
    Any(Vec<Condition>),
    /// All of these hold.
    All(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
}

/// What conditions look at.
pub(crate) struct Facts<'a> {
    pub(crate) profiles: &'a Profiles,
    pub(crate) setting: &'a dyn Fn(&str, &str) -> Option<Setting>,
    /// The path of a component that provides a type and has no `missing` condition.
    pub(crate) provider: &'a dyn Fn(TypeKey) -> Option<String>,
}

/// What a condition says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Holds,
    /// It does not hold: this is needed, and this on the command line would give it.
    Fails(Unmet),
    /// The facet has mistakes, which are reported already.
    Unknown,
}

/// What a condition that does not hold needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unmet {
    /// ``the profile `gpu` ``
    pub(crate) needs: String,
    /// The profiles to activate and the assignments to make; none if that does not help.
    pub(crate) remedy: Option<(Vec<&'static str>, Vec<String>)>,
}

impl Condition {
    /// Returns the names of the profiles that it mentions.
    pub(crate) fn profiles(&self) -> Vec<&'static str> {
        match self {
            Condition::Profile(name) => vec![name],
            Condition::Any(inner) | Condition::All(inner) => {
                inner.iter().flat_map(Condition::profiles).collect()
            }
            Condition::Not(inner) => inner.profiles(),
            Condition::Facet { .. } | Condition::Missing(_) => Vec::new(),
        }
    }

    /// Returns the conditions in it that mention a key of a facet, with that.
    pub(crate) fn settings(&self) -> Vec<(&Condition, &'static str, &'static str)> {
        match self {
            Condition::Facet { facet, key, .. } => vec![(self, facet, key)],
            Condition::Any(inner) | Condition::All(inner) => {
                inner.iter().flat_map(Condition::settings).collect()
            }
            Condition::Not(inner) => inner.settings(),
            Condition::Profile(_) | Condition::Missing(_) => Vec::new(),
        }
    }

    /// Tells whether it asks for the absence of components.
    pub(crate) fn asks_for_absence(&self) -> bool {
        match self {
            Condition::Missing(_) => true,
            Condition::Any(inner) | Condition::All(inner) => {
                inner.iter().any(Condition::asks_for_absence)
            }
            Condition::Not(inner) => inner.asks_for_absence(),
            Condition::Profile(_) | Condition::Facet { .. } => false,
        }
    }

    pub(crate) fn verdict(&self, facts: &Facts<'_>) -> Verdict {
        let fails = |needs: String, remedy| Verdict::Fails(Unmet { needs, remedy });
        match self {
            Condition::Profile(name) if facts.profiles.is_active(name) => Verdict::Holds,
            Condition::Profile(name) => fails(self.to_string(), Some((vec![*name], Vec::new()))),
            Condition::Facet { facet, key, value } => {
                let text = match (facts.setting)(facet, key) {
                    Some(Setting::Mistaken) => return Verdict::Unknown,
                    Some(Setting::Value(text)) if is_same(&text, value) => return Verdict::Holds,
                    Some(Setting::Value(text)) => format!("{self} (it is `{text}`)"),
                    Some(Setting::Unset) => format!("{self} (it is not set)"),
                    Some(Setting::Secret) => format!("{self} (it is secret)"),
                    None => format!("{self} (no configuration is loaded)"),
                    Some(_) => format!("{self} (it does not exist)"),
                };
                let bare = value.trim_matches('"');
                fails(text, Some((Vec::new(), vec![format!("{facet}.{key}={bare}")])))
            }
            Condition::Missing(key) => match (facts.provider)(*key) {
                None => Verdict::Holds,
                Some(path) => fails(format!("{self} (`{path}` does)"), None),
            },
            Condition::All(inner) => all(inner, facts),
            Condition::Any(inner) => {
                let verdicts: Vec<_> = inner.iter().map(|c| c.verdict(facts)).collect();
                if verdicts.contains(&Verdict::Holds) {
                    return Verdict::Holds;
                }
                if verdicts.contains(&Verdict::Unknown) {
                    return Verdict::Unknown;
                }
                let unmet = verdicts.into_iter().filter_map(|verdict| match verdict {
                    Verdict::Fails(unmet) => Some(unmet),
                    _ => None,
                });
                let unmet: Vec<_> = unmet.collect();
                let needs: Vec<_> = unmet.iter().map(|unmet| unmet.needs.as_str()).collect();
                fails(needs.join(" or "), unmet.iter().find_map(|unmet| unmet.remedy.clone()))
            }
            Condition::Not(inner) => match inner.verdict(facts) {
                Verdict::Holds => fails(self.to_string(), None),
                Verdict::Fails(_) => Verdict::Holds,
                Verdict::Unknown => Verdict::Unknown,
            },
        }
    }
}

/// Returns what several conditions say together.
pub(crate) fn all(conditions: &[Condition], facts: &Facts<'_>) -> Verdict {
    let mut found: Option<Unmet> = None;
    let mut unknown = false;
    for condition in conditions {
        match condition.verdict(facts) {
            Verdict::Holds => {}
            Verdict::Unknown => unknown = true,
            Verdict::Fails(unmet) => match &mut found {
                None => found = Some(unmet),
                Some(known) => {
                    known.needs = format!("{} and {}", known.needs, unmet.needs);
                    known.remedy = known.remedy.take().zip(unmet.remedy).map(|(mut a, b)| {
                        a.0.extend(b.0);
                        a.1.extend(b.1);
                        a
                    });
                }
            },
        }
    }
    match found {
        // What is known to fail is worth more than what is not known.
        Some(unmet) => Verdict::Fails(unmet),
        None if unknown => Verdict::Unknown,
        None => Verdict::Holds,
    }
}

impl Unmet {
    /// Writes what to do on the command line: `--profile gpu --set training.optimizer=adam`.
    pub(crate) fn flags(&self) -> Option<String> {
        let (profiles, assignments) = self.remedy.as_ref()?;
        let mut flags = Vec::new();
        if !profiles.is_empty() {
            flags.push(format!("--profile {}", profiles.join(",")));
        }
        flags.extend(assignments.iter().map(|assignment| format!("--set {assignment}")));
        Some(flags.join(" "))
    }
}

/// Numbers are compared as such: a file may say `1` where the program says `1.0`.
fn is_same(text: &str, value: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    text == value || number(text).is_some_and(|a| number(value) == Some(a))
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, inner: &[Condition], word: &str| {
            for (index, condition) in inner.iter().enumerate() {
                let before = if index == 0 { "" } else { word };
                write!(f, "{before}{condition}")?;
            }
            Ok(())
        };
        match self {
            Condition::Profile(name) => write!(f, "the profile `{name}`"),
            Condition::Facet { facet, key, value } => write!(f, "`{facet}.{key} = {value}`"),
            Condition::Missing(key) => write!(f, "that nothing else provides `{key}`"),
            Condition::Any(inner) => list(f, inner, " or "),
            Condition::All(inner) => list(f, inner, " and "),
            Condition::Not(inner) => write!(f, "that this does not hold: {inner}"),
        }
    }
}

#[cfg(test)]
mod tests;
