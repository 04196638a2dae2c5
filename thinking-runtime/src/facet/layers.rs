//! The layers of one facet's values, lowest first, and where each value came from.
//!
//! figment merges the layers and remembers the layer of each value by a tag; the places inside
//! a file come from [`TomlFile`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::FacetDefinition;
use super::canonical;
use super::strict::{Mistake, MistakeKind};
use super::toml_file::{self, KeyPath, TomlFile};
use crate::action::ActionDefault;
use crate::diagnostic::{Diagnostic, nearest};
use crate::facets::KeyReport;
use crate::profiles::Profiles;

/// The table of a facet file that holds overlays by profile.
const PROFILE_TABLE: &str = "profile";
/// What the names of the environment variables of facets begin with.
pub(crate) const VARIABLE_PREFIX: &str = "THINKING_";
/// What separates facet, key and sub-key in a variable's name.
pub(crate) const VARIABLE_SEPARATOR: &str = "__";

/// Where the layers of all facets come from.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    pub(crate) root: &'a Path,
    pub(crate) profiles: &'a Profiles,
    /// What actions prepared, in their order.
    pub(crate) defaults: &'a [ActionDefault],
    pub(crate) environment: &'a [(String, String)],
    /// `facet.key=value`, as given with `--set`.
    pub(crate) assignments: &'a [String],
}

/// The layers of one facet.
pub(crate) struct Layers {
    layers: Vec<Layer>,
    /// The files that would be read, existing or not.
    pub(crate) candidates: Vec<PathBuf>,
    figment: Figment,
}

#[derive(Clone)]
struct Layer {
    origin: Origin,
    values: Dict,
}

#[derive(Clone)]
enum Origin {
    Default,
    /// The default of a bootstrap action.
    Action(&'static str),
    /// A file, or the table of a profile inside it.
    File {
        file: Arc<TomlFile>,
        below: KeyPath,
    },
    Variable {
        name: String,
        text: String,
    },
    Flag {
        assignment: String,
        text: String,
    },
}

impl Layers {
    /// Reads all layers of `facet`.
    pub(crate) fn read(
        facet: &FacetDefinition,
        sources: &Sources<'_>,
    ) -> Result<Layers, Vec<Diagnostic>> {
        let mut mistakes = Vec::new();
        let mut layers = default_layers(facet).unwrap_or_else(|mistake| {
            mistakes.push(mistake);
            Vec::new()
        });
        layers.extend(action_layers(facet.name, sources.defaults));
        let candidates = candidates(facet.name, sources);
        for (index, path) in candidates.iter().enumerate() {
            match TomlFile::read(path) {
                Ok(None) => {}
                Ok(Some(file)) => {
                    let own = index == 0;
                    if own {
                        mistakes.extend(wrong_overlays(&file));
                    }
                    file_layers(file, own, sources.profiles, &mut layers);
                }
                Err(broken) => mistakes.extend(broken),
            }
        }
        layers.extend(variable_layers(facet.name, sources.environment));
        layers.extend(flag_layers(facet.name, sources.assignments));
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let figment = layers
            .iter()
            .enumerate()
            .fold(Figment::new(), |figment, (index, layer)| figment.merge(Indexed(index, layer)));
        Ok(Layers { layers, candidates, figment })
    }

    /// Returns the merged values.
    pub(crate) fn merged(&self) -> Result<Value, Diagnostic> {
        let mut data = self.figment.data().map_err(|error| Diagnostic::error(error.to_string()))?;
        Ok(Value::from(data.remove(&Profile::Default).unwrap_or_default()))
    }

    /// Tells whether anything beyond the program's own defaults set a value.
    pub(crate) fn nothing_set(&self) -> bool {
        let own = |layer: &Layer| matches!(layer.origin, Origin::Default | Origin::Action(_));
        self.layers.iter().all(own)
    }

    /// Returns the text behind a value that a variable or flag set.
    pub(crate) fn raw(&self, value: &Value) -> Option<String> {
        match &self.layer_of(value)?.origin {
            Origin::Variable { text, .. } | Origin::Flag { text, .. } => Some(text.clone()),
            _ => None,
        }
    }

    fn layer_of(&self, value: &Value) -> Option<&Layer> {
        let index = self.figment.get_metadata(value.tag())?.name.parse::<usize>().ok()?;
        self.layers.get(index)
    }

    /// Describes each top-level key: its value, where it came from, what it overrode.
    pub(crate) fn report(&self, facet: &FacetDefinition, merged: &Value) -> Vec<KeyReport> {
        let Some(dict) = merged.as_dict() else {
            return Vec::new();
        };
        let report = |(key, value): (&String, &Value)| {
            let secret = facet.is_secret(std::slice::from_ref(key));
            let setters = self.layers.iter().filter_map(|layer| {
                let value = layer.values.get(key)?;
                Some((layer.origin.describe(std::slice::from_ref(key), secret), value))
            });
            let mut setters: Vec<_> = setters.collect();
            let last = setters.pop();
            let show = |value| match secret {
                true => "(secret)".to_owned(),
                false => canonical::text(value),
            };
            KeyReport {
                key: key.clone(),
                value: show(value),
                origin: last.map(|(origin, _)| origin).unwrap_or_default(),
                overrode: setters
                    .iter()
                    .rev()
                    .map(|(origin, value)| format!("{} from {origin}", show(value)))
                    .collect(),
            }
        };
        dict.iter().map(report).collect()
    }

    /// Turns a mistake in the merged values into a message with its place.
    pub(crate) fn diagnose(
        &self,
        facet: &FacetDefinition,
        merged: &Value,
        mistake: &Mistake,
    ) -> Diagnostic {
        let key = mistake.path.join(".");
        let name = facet.name;
        if facet.is_secret(&mistake.path) && mistake.kind != MistakeKind::Missing {
            return self.diagnose_secret(facet, merged, &mistake.path);
        }
        match &mistake.kind {
            MistakeKind::UnknownKey { accepted } => {
                let found = mistake.path.last().map(String::as_str).unwrap_or_default();
                let near = nearest(found, accepted.iter().map(String::as_str));
                let diagnostic =
                    Diagnostic::error(format!("unknown key `{key}` in facet `{name}`"))
                        .note(format!("accepted keys: {}", accepted.join(", ")))
                        .help_if(near.map(|near| format!("did you mean `{near}`?")));
                self.place(diagnostic, merged, &mistake.path, true, "unknown key".to_owned())
            }
            MistakeKind::UnknownVariant { found, accepted } => {
                let near = nearest(found, accepted.iter().map(String::as_str));
                let message = format!("`{name}.{key}` cannot be `{found}`");
                let diagnostic = Diagnostic::error(message)
                    .help_if(near.map(|near| format!("did you mean `{near}`?")));
                let label = format!("expected one of {}", accepted.join(", "));
                self.place(diagnostic, merged, &mistake.path, false, label)
            }
            MistakeKind::Unacceptable { found, accepted } => {
                let found = found.replace("floating point", "float");
                let message = format!("wrong value for `{name}.{key}`: found {found}");
                let diagnostic = Diagnostic::error(message);
                let label = format!("expected {accepted}");
                self.place(diagnostic, merged, &mistake.path, false, label)
            }
            MistakeKind::Missing => {
                let file = self.candidates.first().map(|file| file.display().to_string());
                let file = file.unwrap_or_default();
                // Variables and flags name keys of tables only.
                let parents = mistake.path.len().saturating_sub(1);
                let in_array = (0..=parents).any(|end| {
                    matches!(find(merged, &mistake.path[..end]), Some(Value::Array(..)))
                });
                let variable = variable_name(name, &mistake.path).filter(|_| !in_array);
                let flag = assignable(name, &mistake.path).filter(|_| !in_array);
                let ways = match (variable, flag) {
                    (Some(variable), Some(flag)) => format!(", as `{variable}` or with `{flag}`"),
                    (Some(variable), None) => format!(" or as `{variable}`"),
                    (None, Some(flag)) => format!(" or with `{flag}`"),
                    (None, None) => String::new(),
                };
                Diagnostic::error(format!("missing key `{key}` of facet `{name}`"))
                    .help(format!("set it in `{file}`{ways}"))
            }
            MistakeKind::Other(message) => {
                let diagnostic = Diagnostic::error(format!("wrong value for `{name}.{key}`"));
                self.place(diagnostic, merged, &mistake.path, false, message.clone())
            }
        }
    }

    /// Says that a secret is wrong, and where it stands, but shows neither it nor its line.
    pub(crate) fn diagnose_secret(
        &self,
        facet: &FacetDefinition,
        merged: &Value,
        path: &[String],
    ) -> Diagnostic {
        let message = format!("wrong value for `{}.{}`", facet.name, path.join("."));
        let layer = find(merged, path).and_then(|value| self.layer_of(first_leaf(value)));
        let origin = layer.map(|layer| layer.origin.describe(path, true)).unwrap_or_default();
        Diagnostic::error(message)
            .note(format!("it is set by {origin}, and secret, so it is not shown"))
    }

    /// Adds the place of the value at `path`: underlined in its file, or its variable or flag.
    pub(crate) fn place(
        &self,
        diagnostic: Diagnostic,
        merged: &Value,
        path: &[String],
        at_key: bool,
        label: String,
    ) -> Diagnostic {
        let layer = find(merged, path).and_then(|value| self.layer_of(first_leaf(value)));
        match layer.map(|layer| &layer.origin) {
            Some(Origin::File { file, below }) => {
                let full: KeyPath = below.iter().chain(path).cloned().collect();
                let span = if at_key { file.key_span(&full) } else { file.value_span(&full) };
                let name = file.path.display().to_string();
                diagnostic.in_text(name, file.text.clone(), span.unwrap_or_default(), label)
            }
            Some(origin) => diagnostic.note(format!("{}: {label}", origin.describe(path, at_key))),
            None => diagnostic.note(label),
        }
    }
}

impl Origin {
    /// Says where a value came from, without what a secret was set to.
    fn describe(&self, path: &[String], secret: bool) -> String {
        match self {
            Origin::Default => "default".to_owned(),
            Origin::Action(action) => format!("default by action {action}"),
            Origin::File { file, below } => {
                let full: KeyPath = below.iter().chain(path).cloned().collect();
                let line = file.key_span(&full).map(|span| file.line(span.start));
                let name = file.path.file_name().unwrap_or_default().to_string_lossy();
                match line {
                    Some(line) => format!("{name}:{line}"),
                    None => name.into_owned(),
                }
            }
            Origin::Variable { name, .. } if secret => format!("variable {name}"),
            Origin::Variable { name, text } => format!("variable {name}={text}"),
            Origin::Flag { assignment, .. } if secret => {
                format!("--set {}", assignment.split('=').next().unwrap_or_default())
            }
            Origin::Flag { assignment, .. } => format!("--set {assignment}"),
        }
    }
}

/// A layer as figment sees it: its values under a name that is its index.
struct Indexed<'a>(usize, &'a Layer);

impl Provider for Indexed<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.0.to_string())
    }

    fn data(&self) -> figment::error::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(self.1.values.clone()))
    }
}

fn default_layers(facet: &FacetDefinition) -> Result<Vec<Layer>, Diagnostic> {
    let failed = |error: Box<figment::Error>| {
        Diagnostic::error(format!("the defaults of facet `{}` cannot be used: {error}", facet.name))
    };
    let mut values = match facet.defaults {
        Some(defaults) => defaults().map_err(failed)?,
        None => Dict::new(),
    };
    for field in facet.fields {
        if let Some(default) = field.default {
            values.insert(field.name.to_owned(), default().map_err(failed)?);
        }
    }
    Ok(vec![Layer { origin: Origin::Default, values }])
}

fn action_layers(facet: &str, defaults: &[ActionDefault]) -> Vec<Layer> {
    let defaults = defaults.iter().filter(|default| default.facet == facet);
    defaults
        .map(|default| Layer {
            origin: Origin::Action(default.action),
            values: nested(&default.keys, default.value.clone()),
        })
        .collect()
}

/// The files of a facet: its own, then one per active profile.
pub(crate) fn candidates(facet: &str, sources: &Sources<'_>) -> Vec<PathBuf> {
    let own = std::iter::once(format!("{facet}.toml"));
    let overlays = sources.profiles.names().map(|profile| format!("{facet}.{profile}.toml"));
    own.chain(overlays).map(|file| sources.root.join(file)).collect()
}

/// Reports what stands in place of a table of overlays: nothing would ever read it.
fn wrong_overlays(file: &TomlFile) -> Vec<Diagnostic> {
    let profiles = file.values.get(PROFILE_TABLE);
    let overlays = profiles.and_then(Value::as_dict).into_iter().flatten();
    let below = overlays.map(|(profile, overlay)| (vec![profile.clone()], overlay));
    let all = profiles.map(|profiles| (Vec::new(), profiles)).into_iter().chain(below);
    let wrong = all.filter(|(_, value)| value.as_dict().is_none());
    wrong
        .map(|(below, _)| {
            let path = [vec![PROFILE_TABLE.to_owned()], below].concat();
            let span = file.value_span(&path).unwrap_or_default();
            Diagnostic::error(format!("`{}` is no table", path.join(".")))
                .in_text(
                    file.path.display().to_string(),
                    file.text.clone(),
                    span,
                    "only overlays by profile stand here",
                )
                .help("write the overlay of a profile as the table `[profile.NAME]`")
        })
        .collect()
}

/// The layers of a file: the facet's own file may also hold tables by profile.
fn file_layers(file: TomlFile, own: bool, profiles: &Profiles, layers: &mut Vec<Layer>) {
    let file = Arc::new(file);
    let mut values = file.values.clone();
    let overlays = match own {
        true => values.remove(PROFILE_TABLE),
        false => None,
    };
    layers.push(Layer { origin: Origin::File { file: file.clone(), below: Vec::new() }, values });
    for profile in profiles.names() {
        let overlay = overlays.as_ref().and_then(|overlays| overlays.find_ref(profile));
        if let Some(values) = overlay.and_then(Value::as_dict) {
            let below = vec![PROFILE_TABLE.to_owned(), profile.to_owned()];
            let origin = Origin::File { file: file.clone(), below };
            layers.push(Layer { origin, values: values.clone() });
        }
    }
}

fn variable_layers(facet: &str, environment: &[(String, String)]) -> Vec<Layer> {
    let mut layers = Vec::new();
    for (name, text) in environment {
        let Some((owner, keys)) = split_variable(name) else {
            continue;
        };
        if owner == facet {
            let origin = Origin::Variable { name: name.clone(), text: text.clone() };
            layers.push(Layer { origin, values: nested(&keys, toml_file::parse_value(text)) });
        }
    }
    layers
}

/// Splits `THINKING_FACET__KEY__SUBKEY` into the facet and its keys.
pub(crate) fn split_variable(name: &str) -> Option<(String, KeyPath)> {
    let rest = name.strip_prefix(VARIABLE_PREFIX)?.to_lowercase();
    let (facet, keys) = rest.split_once(VARIABLE_SEPARATOR)?;
    Some((facet.to_owned(), keys.split(VARIABLE_SEPARATOR).map(str::to_owned).collect()))
}

/// Returns the variable that sets a key, if there is one with a name that a shell accepts.
fn variable_name(facet: &str, path: &[String]) -> Option<String> {
    let keys = path.join(VARIABLE_SEPARATOR);
    let name = format!("{VARIABLE_PREFIX}{facet}{VARIABLE_SEPARATOR}{keys}").to_uppercase();
    let typed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let reaches = split_variable(&name).is_some_and(|(owner, keys)| owner == facet && keys == path);
    (reaches && name.chars().all(typed)).then_some(name)
}

/// Returns the flag that sets a key, if the key's name leaves one.
fn assignable(facet: &str, path: &[String]) -> Option<String> {
    let assignment = format!("{facet}.{}=", path.join("."));
    let (owner, keys, _) = split_assignment(&assignment)?;
    (owner == facet && keys == path).then(|| format!("--set {assignment}…"))
}

fn flag_layers(facet: &str, assignments: &[String]) -> Vec<Layer> {
    let mut layers = Vec::new();
    for assignment in assignments {
        if let Some((owner, keys, text)) = split_assignment(assignment)
            && owner == facet
        {
            let origin = Origin::Flag { assignment: assignment.clone(), text: text.to_owned() };
            layers.push(Layer { origin, values: nested(&keys, toml_file::parse_value(text)) });
        }
    }
    layers
}

/// Splits `facet.key.subkey=value`.
pub(crate) fn split_assignment(assignment: &str) -> Option<(&str, KeyPath, &str)> {
    let (keys, text) = assignment.split_once('=')?;
    let (facet, keys) = keys.trim().split_once('.')?;
    Some((facet, keys.split('.').map(str::to_owned).collect(), text.trim()))
}

fn nested(keys: &[String], mut value: Value) -> Dict {
    for key in keys.iter().skip(1).rev() {
        value = Value::from(Dict::from([(key.clone(), value)]));
    }
    let first = keys.first().cloned().unwrap_or_default();
    Dict::from([(first, value)])
}

/// Returns the value at `path`, through tables and arrays.
pub(crate) fn find<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| match value {
        Value::Dict(_, dict) => dict.get(key),
        Value::Array(_, values) => values.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Tables that several layers share carry the tag of one of them; their leaves are exact.
fn first_leaf(value: &Value) -> &Value {
    match value {
        Value::Dict(_, dict) => dict.values().next().map_or(value, first_leaf),
        _ => value,
    }
}
