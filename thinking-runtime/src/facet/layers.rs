//! The layers of one facet's values, lowest first, and where each value came from.
//!
//! figment merges the layers and remembers the layer of each value by a tag; the places inside
//! a file come from [`TomlFile`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use thinking_modules::registry;

use super::notes::Notes;
use super::report::Origin;
use super::toml_file::{self, KeyPath, TomlFile};
use super::variables::Variable;
use super::{FacetDefinition, Field};
use crate::action::ActionDefault;
use crate::diagnostic::Diagnostic;
use crate::profiles::Profiles;

/// The table of a facet file that holds overlays by profile.
pub(crate) const PROFILE_TABLE: &str = "profile";
/// More keys than this lead nowhere in any type that is written by hand, and each is a table
/// around the next one, which recursion goes through. The parser of files has a limit like this.
const KEYS_MAX: usize = 64;

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
    source: Source,
    values: Dict,
}

/// What a layer is.
#[derive(Clone)]
pub(crate) enum Source {
    Default,
    /// The default of a bootstrap action.
    Action(&'static str),
    /// A file, or the table of a profile inside it.
    File {
        file: Arc<TomlFile>,
        below: KeyPath,
        /// The facet's, whose aliases may stand in the file.
        fields: &'static [Field],
    },
    Variable {
        name: String,
        keys: KeyPath,
        text: String,
    },
    Flag {
        /// `facet.key`, as it was written.
        assigned: String,
        keys: KeyPath,
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
            let broken = match TomlFile::read(path) {
                Ok(None) => Vec::new(),
                Ok(Some(file)) => {
                    let own = index == 0;
                    let wrong = if own { wrong_overlays(&file) } else { Vec::new() };
                    file_layers(facet, file, own, sources.profiles, &mut layers);
                    wrong
                }
                Err(broken) => broken,
            };
            // Nobody knows which of the lines holds what.
            let hide = !broken.is_empty() && facet.may_have_secrets();
            mistakes.extend(broken.into_iter().map(|mistake| {
                match hide {
                    true => mistake
                        .without_lines()
                        .note("its line is not shown, because the facet may have secrets"),
                    false => mistake,
                }
            }));
        }
        layers.extend(variable_layers(facet, sources.environment, &mut mistakes));
        layers.extend(flag_layers(facet.name, sources.assignments, &mut mistakes));
        layers.iter_mut().for_each(|layer| use_proper_names(&mut layer.values, facet.fields));
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
        let own = |layer: &Layer| matches!(layer.source, Source::Default | Source::Action(_));
        self.layers.iter().all(own)
    }

    /// Returns the text behind a value that a variable or flag set.
    pub(crate) fn raw(&self, value: &Value) -> Option<String> {
        match &self.layer_of(value)?.source {
            Source::Variable { text, .. } | Source::Flag { text, .. } => {
                // Inside of a table or list, the value has a text of its own, as in a file.
                let is_whole =
                    !matches!(toml_file::parse_value(text), Value::Dict(..) | Value::Array(..));
                is_whole.then(|| text.clone())
            }
            _ => None,
        }
    }

    fn layer_of(&self, value: &Value) -> Option<&Layer> {
        let index = self.figment.get_metadata(value.tag())?.name.parse::<usize>().ok()?;
        self.layers.get(index)
    }

    /// Returns what each layer sets at `path` or, in place of a table that leads there, above it:
    /// lowest first, each with the path at which it stands.
    pub(crate) fn setters<'a>(
        &'a self,
        path: &'a [String],
    ) -> impl Iterator<Item = (&'a Source, &'a [String], &'a Value)> {
        self.layers.iter().filter_map(move |layer| {
            let mut value = layer.values.get(path.first()?)?;
            for (index, key) in path.iter().enumerate().skip(1) {
                match value {
                    Value::Dict(_, dict) => value = dict.get(key)?,
                    _ => return Some((&layer.source, &path[..index], value)),
                }
            }
            Some((&layer.source, path, value))
        })
    }

    /// Returns where the value came from that `path` leads to in `merged`.
    pub(crate) fn source(&self, merged: &Value, path: &[String]) -> Option<&Source> {
        let layer = self.layer_of(first_leaf(find(merged, path)?))?;
        Some(&layer.source)
    }
}

impl Source {
    /// Returns the file that sets the value at `path`, and the path of it there.
    pub(crate) fn in_file(&self, path: &[String]) -> Option<(&TomlFile, KeyPath)> {
        let Source::File { file, below, fields } = self else {
            return None;
        };
        let full: KeyPath = below.iter().chain(path).cloned().collect();
        if file.key_span(&full).is_some() {
            return Some((file, full));
        }
        let named = |field: &&Field| path.first().is_some_and(|key| key == field.name);
        let aliases = fields.iter().find(named).into_iter().flat_map(|field| field.aliases);
        let spelled = aliases.map(|alias| {
            let mut spelled = full.clone();
            spelled[below.len()] = (*alias).to_owned();
            spelled
        });
        let there = spelled.into_iter().find(|full| file.key_span(full).is_some());
        Some((file, there.unwrap_or(full)))
    }

    /// Says where the value at `path` came from, without what a secret was set to.
    pub(crate) fn origin(&self, path: &[String], notes: &Notes) -> Origin {
        match self {
            Source::Default => Origin::Program,
            Source::Action(action) => Origin::Action { action },
            Source::File { file, .. } => {
                let place = self.in_file(path).and_then(|(file, full)| file.key_span(&full));
                let line = place.map(|span| file.line(span.start));
                Origin::File { file: file.path.clone(), line }
            }
            Source::Variable { name, keys, text } => Origin::Variable {
                variable: name.clone(),
                text: notes.may_show(keys).then(|| text.clone()),
            },
            Source::Flag { assigned, keys, text } => Origin::Flag {
                key: assigned.clone(),
                text: notes.may_show(keys).then(|| text.clone()),
            },
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
    Ok(vec![Layer { source: Source::Default, values }])
}

fn action_layers(facet: &str, defaults: &[ActionDefault]) -> Vec<Layer> {
    let defaults = defaults.iter().filter(|default| default.facet == facet);
    defaults
        .map(|default| Layer {
            source: Source::Action(default.action),
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
fn file_layers(
    facet: &FacetDefinition,
    file: TomlFile,
    own: bool,
    profiles: &Profiles,
    layers: &mut Vec<Layer>,
) {
    let fields = facet.fields;
    let file = Arc::new(file);
    let mut values = file.values.clone();
    let overlays = match own {
        true => values.remove(PROFILE_TABLE),
        false => None,
    };
    layers.push(Layer {
        source: Source::File { file: file.clone(), below: Vec::new(), fields },
        values,
    });
    for profile in profiles.names() {
        let overlay = overlays.as_ref().and_then(|overlays| overlays.find_ref(profile));
        if let Some(values) = overlay.and_then(Value::as_dict) {
            let below = vec![PROFILE_TABLE.to_owned(), profile.to_owned()];
            let source = Source::File { file: file.clone(), below, fields };
            layers.push(Layer { source, values: values.clone() });
        }
    }
}

/// Puts the proper names of keys in place of aliases: layers and records know keys by one name.
fn use_proper_names(values: &mut Dict, fields: &[Field]) {
    for field in fields {
        for alias in field.aliases {
            // Both at once are the mistake that the type reports.
            if !values.contains_key(field.name)
                && let Some(value) = values.remove(*alias)
            {
                values.insert(field.name.to_owned(), value);
            }
        }
    }
}

/// Variables by their names, as the environment has no order. The shape of the facet's type is
/// asked for only if there is one.
fn variable_layers(
    facet: &FacetDefinition,
    environment: &[(String, String)],
    mistakes: &mut Vec<Diagnostic>,
) -> Vec<Layer> {
    let known = || registry::items::<FacetDefinition>().map(|(_, facet)| facet.name);
    let mut owned: Vec<_> = environment
        .iter()
        .filter_map(|(name, text)| Some((name, Variable::split(name)?, text)))
        .filter(|(_, variable, _)| {
            // The facet itself may be one that is not registered.
            let names: Vec<_> = known().chain([facet.name]).collect();
            variable.owner(names.into_iter()) == Some(facet.name)
        })
        .collect();
    if owned.is_empty() {
        return Vec::new();
    }
    owned.sort_by_key(|(name, ..)| *name);
    let shape = (facet.shape)();
    let mut layers = Vec::new();
    for (name, variable, text) in owned {
        match variable.keys(&shape) {
            Ok(keys) if keys.len() > KEYS_MAX => {
                mistakes.push(too_deep("an environment variable", facet.name, &keys));
            }
            Ok(keys) => {
                let values = nested(&keys, toml_file::parse_value(text));
                let source = Source::Variable { name: name.clone(), keys, text: text.clone() };
                layers.push(Layer { source, values });
            }
            Err(ambiguous) => mistakes.push(
                Diagnostic::error(format!(
                    "the environment variable `{name}` names several keys of facet `{}`",
                    facet.name
                ))
                .note(format!("it may mean {}", ambiguous.keys.join(" or ")))
                .help(format!("set the key in `{}.toml` or with `--set`", facet.name)),
            ),
        }
    }
    layers
}

/// Returns the flag that sets a key, if the key's name leaves one.
pub(crate) fn assignable(facet: &str, path: &[String]) -> Option<String> {
    let assignment = format!("{facet}.{}=", path.join("."));
    let (owner, keys, _) = split_assignment(&assignment)?;
    (owner == facet && keys == path).then(|| format!("--set {assignment}…"))
}

/// Reports a key that leads too deep.
fn too_deep(what: &str, facet: &str, keys: &[String]) -> Diagnostic {
    let (count, start) = (keys.len(), keys[..2].join("."));
    Diagnostic::error(format!("{what} sets `{facet}.{start}.…`, a key with {count} parts"))
        .note(format!("accepted are at most {KEYS_MAX}"))
}

fn flag_layers(facet: &str, assignments: &[String], mistakes: &mut Vec<Diagnostic>) -> Vec<Layer> {
    let mut layers = Vec::new();
    for assignment in assignments {
        if let Some((owner, keys, text)) = split_assignment(assignment)
            && owner == facet
        {
            if keys.len() > KEYS_MAX {
                mistakes.push(too_deep("`--set`", facet, &keys));
                continue;
            }
            let values = nested(&keys, toml_file::parse_value(text));
            let assigned = format!("{owner}.{}", keys.join("."));
            let source = Source::Flag { assigned, keys, text: text.to_owned() };
            layers.push(Layer { source, values });
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

/// Finds the keys that a text such as `schedule.warmup` leads through, some of which may have dots
/// of their own.
pub(crate) fn resolve(value: &Value, text: &str) -> KeyPath {
    let inside = |value: &'_ Value| -> Option<KeyPath> {
        let ends = text.match_indices('.').map(|(index, _)| index).chain([text.len()]);
        let mut keys = ends.map(|end| &text[..end]).filter_map(|key| {
            let inner = find(value, &[key.to_owned()])?;
            let mut path = vec![key.to_owned()];
            if let Some(rest) = text[key.len()..].strip_prefix('.') {
                path.extend(resolve(inner, rest));
            }
            Some(path)
        });
        keys.next()
    };
    inside(value).unwrap_or_else(|| text.split('.').map(str::to_owned).collect())
}

/// Tables that several layers share carry the tag of one of them; their leaves are exact.
fn first_leaf(value: &Value) -> &Value {
    match value {
        Value::Dict(_, dict) => dict.values().next().map_or(value, first_leaf),
        _ => value,
    }
}
