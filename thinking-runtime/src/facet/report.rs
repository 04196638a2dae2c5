//! What `config` shows of a facet: each value, where it came from, what it overrode.

use std::fmt;
use std::path::PathBuf;

use figment::value::Value;
use serde::{Serialize, Serializer};

use super::canonical;
use super::layers::Layers;
use super::notes::Notes;
use super::{Shape, VariantContent};
use crate::secret::MASK;

/// One facet and its keys.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FacetReport {
    /// The facet's name.
    pub name: &'static str,
    /// Each value that is no table, in order of the keys.
    pub keys: Vec<KeyReport>,
}

/// One key of a facet: its effective value and where that came from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeyReport {
    /// The key with those of the tables that lead to it, as TOML writes them: `schedule.warmup`.
    pub key: String,
    /// The value; `None` if no layer sets one, so that the type's own default counts.
    pub value: Option<Shown>,
    /// Whether the value is masked.
    pub secret: bool,
    /// Where the value came from.
    pub origin: Option<Origin>,
    /// The values of lower layers, highest first.
    pub overrode: Vec<Overridden>,
}

/// A value of a lower layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overridden {
    /// The value.
    pub value: Shown,
    /// Where it came from.
    pub origin: Origin,
}

/// A value as it may be shown. It displays as TOML, and serialises as the value itself, a secret
/// as nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    value: Option<Value>,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Origin {
    /// The program itself.
    #[serde(rename = "default")]
    Program,
    /// A bootstrap action, which sets a default.
    Action {
        /// The action's name.
        action: &'static str,
    },
    /// A file at the root.
    File {
        /// The file.
        file: PathBuf,
        /// The line of the key, from 1.
        line: Option<usize>,
    },
    /// An environment variable.
    Variable {
        /// The variable.
        variable: String,
        /// What it is set to, unless that is secret.
        text: Option<String>,
    },
    /// An assignment of the command line.
    Flag {
        /// The facet and key that it names.
        key: String,
        /// What it sets, unless that is secret.
        text: Option<String>,
    },
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => f.write_str(&canonical::text(value)),
            None => f.write_str(MASK),
        }
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Program => f.write_str("default"),
            Origin::Action { action } => write!(f, "default by action {action}"),
            Origin::File { file, line } => {
                write!(f, "{}", file.file_name().unwrap_or_default().to_string_lossy())?;
                line.map_or(Ok(()), |line| write!(f, ":{line}"))
            }
            Origin::Variable { variable, text: Some(text) } => {
                write!(f, "variable {variable}={text}")
            }
            Origin::Variable { variable, text: None } => write!(f, "variable {variable}"),
            Origin::Flag { key, text: Some(text) } => write!(f, "--set {key}={text}"),
            Origin::Flag { key, text: None } => write!(f, "--set {key}"),
        }
    }
}

/// Describes every value of a facet that is no table, and every key of its type that is not set.
pub(crate) fn keys(
    layers: &Layers,
    merged: &Value,
    notes: &Notes,
    shape: &Shape,
) -> Vec<KeyReport> {
    let mut paths = Vec::new();
    leaves(merged, &mut Vec::new(), notes, &mut |path| paths.push((path.to_vec(), true)));
    unset(merged, shape, &mut Vec::new(), &mut |path| paths.push((path.to_vec(), false)));
    paths.sort();
    let keys = paths.iter().map(|(path, is_set)| match is_set {
        true => set_key(layers, path, notes),
        false => KeyReport {
            key: dotted(path),
            value: None,
            secret: notes.is_secret(path),
            origin: None,
            overrode: Vec::new(),
        },
    });
    keys.collect()
}

fn leaves(value: &Value, path: &mut Vec<String>, notes: &Notes, found: &mut impl FnMut(&[String])) {
    let is_whole = notes.is_secret(path) || notes.spelling(path).is_some();
    match value.as_dict() {
        Some(dict) if !is_whole && (path.is_empty() || !dict.is_empty()) => {
            for (key, value) in dict {
                path.push(key.clone());
                leaves(value, path, notes, found);
                path.pop();
            }
        }
        _ => found(path),
    }
}

/// Finds the keys that the type has and no layer sets.
fn unset(value: &Value, shape: &Shape, path: &mut Vec<String>, found: &mut impl FnMut(&[String])) {
    let Some(dict) = value.as_dict() else {
        return;
    };
    let mut inside = |key: &str, shape: &Shape| {
        path.push(key.to_owned());
        match dict.get(key) {
            Some(value) => unset(value, shape, path, found),
            None => found(path),
        }
        path.pop();
    };
    match shape {
        Shape::Optional(inner) => unset(value, inner, path, found),
        Shape::Struct(fields) => {
            for field in fields {
                let names = || std::iter::once(&field.name).chain(&field.aliases);
                let used = names().find(|name| dict.contains_key(*name));
                inside(used.unwrap_or(&field.name), &field.shape);
            }
        }
        Shape::Map(inner) => dict.keys().for_each(|key| inside(key, inner)),
        Shape::Enum(variants) => {
            for variant in variants.iter().filter(|variant| dict.contains_key(&variant.name)) {
                if let VariantContent::Value(shape) = &variant.content {
                    inside(&variant.name, shape);
                }
            }
        }
        _ => {}
    }
}

fn set_key(layers: &Layers, path: &[String], notes: &Notes) -> KeyReport {
    let mut setters: Vec<_> = layers
        .setters(path)
        .map(|(source, set_at, value)| Overridden {
            value: show(value, set_at, notes),
            origin: source.origin(path, notes),
        })
        .collect();
    let last = setters.pop();
    setters.reverse();
    let (value, origin) = last.map(|last| (last.value, last.origin)).unzip();
    let secret = notes.is_secret(path);
    KeyReport { key: dotted(path), value, secret, origin, overrode: setters }
}

fn show(value: &Value, path: &[String], notes: &Notes) -> Shown {
    let shown = !notes.is_secret(path);
    Shown { value: shown.then(|| canonical::normal(value, path, notes, &|_| MASK.to_owned())) }
}

/// Joins keys as TOML does: what is no bare key is quoted.
fn dotted(path: &[String]) -> String {
    let is_bare = |key: &str| {
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        !key.is_empty() && key.chars().all(bare)
    };
    let keys = path.iter().map(|key| match is_bare(key) {
        true => key.clone(),
        false => format!("{key:?}"),
    });
    keys.collect::<Vec<_>>().join(".")
}
