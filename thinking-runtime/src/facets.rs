//! The loaded facets of a program.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use thinking_modules::registry;
use thiserror::Error;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, nearest};
use crate::facet::layers::{self, Layers, Sources};
use crate::facet::{Facet, FacetDefinition, MistakeKind, canonical};
use crate::reads::Reads;

/// All facets of a program, each loaded through its layers, or the mistakes found in it.
#[derive(Default)]
pub struct Facets {
    loaded: HashMap<TypeId, Loaded>,
    source: u64,
}

struct Loaded {
    definition: &'static FacetDefinition,
    outcome: Result<Values, Vec<Diagnostic>>,
}

struct Values {
    settings: Box<dyn Any + Send + Sync>,
    canonical: Arc<BTreeMap<String, String>>,
    report: Vec<KeyReport>,
}

/// One key of a facet: its effective value and where that came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyReport {
    /// The top-level key.
    pub key: String,
    /// The value as TOML; secrets are masked.
    pub value: String,
    /// `file:line`, a variable, a flag, or `default`.
    pub origin: String,
    /// The values of lower layers with their origins, highest first.
    pub overrode: Vec<String>,
}

/// What one key of a facet holds, for conditions on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setting<'a> {
    /// The canonical text of its value, as [`Facets::current`] has it; also of auxiliary keys.
    Value(&'a str),
    /// It has no value.
    Unset,
    /// It is secret, so nothing may depend on it in the open.
    Secret,
    /// The facet has mistakes.
    Mistaken,
    /// The facet has no such key, but these.
    UnknownKey(Vec<&'a str>),
    /// The program has no such facet, but these.
    UnknownFacet(Vec<&'a str>),
}

/// A facet was asked for that is not loaded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("facet `{name}` is not loaded: its type is not registered or its values have mistakes")]
#[non_exhaustive]
pub struct MissingFacet {
    /// The facet's name.
    pub name: &'static str,
}

impl Facets {
    pub(crate) fn load(sources: &Sources<'_>) -> Facets {
        static SOURCES: AtomicU64 = AtomicU64::new(1);
        let source = SOURCES.fetch_add(1, Ordering::Relaxed);
        let loaded = registry::items::<FacetDefinition>().map(|(_, definition)| {
            let outcome = load_one(definition, sources, source);
            ((definition.type_id)(), Loaded { definition, outcome })
        });
        Facets { loaded: loaded.collect(), source }
    }

    /// Returns the number that tells this loaded configuration from others in the process.
    pub fn source(&self) -> u64 {
        self.source
    }

    /// Returns the values of a facet.
    ///
    /// # Errors
    ///
    /// The facet has mistakes, which [`Runtime`](crate::Runtime) reported when it was loaded.
    pub fn config<F: Facet>(&self) -> Result<Config<F>, MissingFacet> {
        let values = self.loaded.get(&TypeId::of::<F>()).and_then(|l| l.outcome.as_ref().ok());
        let settings = values.and_then(|v| v.settings.downcast_ref::<Arc<F::Settings>>());
        settings.cloned().map(Config::new).ok_or(MissingFacet { name: F::NAME })
    }

    /// Tells whether the program registered the facet, usable or not.
    pub fn is_registered(&self, facet: TypeId) -> bool {
        self.loaded.contains_key(&facet)
    }

    /// Returns the mistakes of one facet; empty if it is usable or unknown.
    pub fn mistakes_of(&self, facet: TypeId) -> &[Diagnostic] {
        match self.loaded.get(&facet).map(|loaded| &loaded.outcome) {
            Some(Err(mistakes)) => mistakes,
            _ => &[],
        }
    }

    /// Returns the mistakes of all facets, in order of their names.
    pub fn mistakes(&self) -> Vec<Diagnostic> {
        let mut facets: Vec<_> = self.loaded.values().collect();
        facets.sort_by_key(|loaded| loaded.definition.name);
        facets
            .into_iter()
            .filter_map(|loaded| loaded.outcome.as_ref().err())
            .flatten()
            .cloned()
            .collect()
    }

    /// Returns the current text of each setting, by `facet.key`, without auxiliary ones.
    ///
    /// `facet.*` lists the keys of a facet. These are the texts that a
    /// [`Recording`](crate::Recording) collects.
    pub fn current(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        for loaded in self.loaded.values() {
            if let Ok(values) = &loaded.outcome {
                let facet = loaded.definition;
                let fields = facet.fields.iter();
                let auxiliary: Vec<_> =
                    fields.filter(|field| field.auxiliary).map(|field| field.name).collect();
                let keys =
                    values.canonical.iter().filter(|(k, _)| !auxiliary.contains(&k.as_str()));
                let keys: Vec<_> = keys.collect();
                let names: Vec<_> = keys.iter().map(|(key, _)| key.as_str()).collect();
                all.insert(format!("{}.*", facet.name), names.join(", "));
                all.extend(
                    keys.iter().map(|(k, v)| (format!("{}.{k}", facet.name), v.to_string())),
                );
            }
        }
        all
    }

    /// Returns what one key of a facet holds.
    pub fn setting(&self, facet: &str, key: &str) -> Setting<'_> {
        let Some(loaded) = self.loaded.values().find(|loaded| loaded.definition.name == facet)
        else {
            let mut known: Vec<_> = self.loaded.values().map(|l| l.definition.name).collect();
            known.sort_unstable();
            return Setting::UnknownFacet(known);
        };
        let fields = loaded.definition.fields;
        let field = fields.iter().find(|field| field.name == key);
        if field.is_some_and(|field| field.secret) {
            return Setting::Secret;
        }
        let Ok(values) = &loaded.outcome else { return Setting::Mistaken };
        match values.canonical.get(key) {
            Some(text) => Setting::Value(text),
            // A map has whatever keys its file has.
            None if field.is_some() || fields.is_empty() => Setting::Unset,
            None => Setting::UnknownKey(fields.iter().map(|field| field.name).collect()),
        }
    }

    /// Returns each loaded facet's name and keys, in order of the names.
    pub fn report(&self) -> Vec<(&'static str, &[KeyReport])> {
        let mut report: Vec<_> = self
            .loaded
            .values()
            .filter_map(|loaded| {
                let values = loaded.outcome.as_ref().ok()?;
                Some((loaded.definition.name, values.report.as_slice()))
            })
            .collect();
        report.sort_by_key(|(name, _)| *name);
        report
    }
}

fn load_one(
    facet: &'static FacetDefinition,
    sources: &Sources<'_>,
    source: u64,
) -> Result<Values, Vec<Diagnostic>> {
    let layers = Layers::read(facet, sources)?;
    let merged = layers.merged().map_err(|mistake| vec![mistake])?;
    let canonical: BTreeMap<_, _> = merged
        .as_dict()
        .into_iter()
        .flatten()
        .map(|(key, value)| {
            let text = canonical::text(value);
            let secret = facet.is_secret(std::slice::from_ref(key));
            (key.clone(), if secret { disguised(&text) } else { text })
        })
        .collect();
    let canonical = Arc::new(canonical);
    let auxiliary = facet.fields.iter().filter(|field| field.auxiliary).map(|field| field.name);
    let reads = Reads {
        facet: facet.name,
        auxiliary: Arc::new(auxiliary.collect()),
        values: canonical.clone(),
        source,
    };
    let settings = (facet.load)(&merged, &|value| layers.raw(value), reads);
    let mut diagnostics = out_of_range(facet, &layers, &merged);
    match settings {
        Ok(settings) if diagnostics.is_empty() => {
            Ok(Values { settings, canonical, report: layers.report(facet, &merged) })
        }
        Ok(_) => Err(diagnostics),
        Err(mistakes) => {
            let missing: Vec<_> =
                mistakes.iter().filter(|mistake| mistake.kind == MistakeKind::Missing).collect();
            if layers.nothing_set() && !missing.is_empty() {
                let keys: Vec<_> = missing.iter().map(|mistake| mistake.path.join(".")).collect();
                return Err(vec![missing_facet(facet, &layers, &keys)]);
            }
            let found = mistakes.iter().map(|mistake| layers.diagnose(facet, &merged, mistake));
            diagnostics.extend(found);
            Err(diagnostics)
        }
    }
}

/// Stands for a secret where its value is recorded, so that a change is seen and nothing else.
fn disguised(text: &str) -> String {
    format!("secret {}", &blake3::hash(text.as_bytes()).to_hex()[..16])
}

fn out_of_range(
    facet: &FacetDefinition,
    layers: &Layers,
    merged: &figment::value::Value,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for field in facet.fields {
        let path = [field.name.to_owned()];
        if let (Some(range), Some(value)) = (&field.range, layers::find(merged, &path))
            && (range.contains)(value) == Some(false)
        {
            if field.secret {
                diagnostics.push(layers.diagnose_secret(facet, merged, &path));
                continue;
            }
            let found = canonical::text(value);
            let message = format!("`{}.{}` is out of range: found {found}", facet.name, field.name);
            let label = format!("accepted: {}", range.text);
            let diagnostic = Diagnostic::error(message);
            diagnostics.push(layers.place(diagnostic, merged, &path, false, label));
        }
    }
    diagnostics
}

fn missing_facet(facet: &FacetDefinition, layers: &Layers, keys: &[String]) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(format!("missing facet `{}`: none of its files exists", facet.name));
    for file in &layers.candidates {
        diagnostic = diagnostic.note(format!("looked for `{}`", file.display()));
    }
    diagnostic.help(format!("write one of them with the required keys: {}", keys.join(", ")))
}

/// Reports variables and flags that name no facet of the program.
pub(crate) fn unknown_owners(sources: &Sources<'_>) -> Vec<Diagnostic> {
    let known: Vec<_> =
        registry::items::<FacetDefinition>().map(|(_, definition)| definition.name).collect();
    let unknown = |facet: &str, what: String| {
        Diagnostic::error(format!("{what} names the unknown facet `{facet}`"))
            .note(format!("known facets: {}", known.join(", ")))
            .help_if(
                nearest(facet, known.iter().copied()).map(|near| format!("did you mean `{near}`?")),
            )
    };
    let mut diagnostics = Vec::new();
    for (name, _) in sources.environment {
        if let Some((facet, _)) = layers::split_variable(name)
            && !known.contains(&facet.as_str())
        {
            diagnostics.push(unknown(&facet, format!("the environment variable `{name}`")));
        }
    }
    for assignment in sources.assignments {
        match layers::split_assignment(assignment) {
            Some((facet, _, _)) if known.contains(&facet) => {}
            // Without the value: it may be a secret.
            Some((facet, keys, _)) => {
                diagnostics.push(unknown(facet, format!("`--set {facet}.{}=…`", keys.join("."))))
            }
            None => diagnostics.push(
                Diagnostic::error(format!("`--set {assignment}` is no assignment"))
                    .help("write `--set facet.key=value`"),
            ),
        }
    }
    diagnostics
}
