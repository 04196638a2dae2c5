//! The loaded facets of a program.

use std::any::{Any, TypeId};
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use figment::value::Value;
use thinking_modules::registry;
use thiserror::Error;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, nearest};
use crate::facet::findings::Findings;
use crate::facet::layers::{self, Layers, Sources};
use crate::facet::report::{self, FacetReport};
use crate::facet::scope::Scope;
use crate::facet::variables::Variable;
use crate::facet::{
    Attempt, Facet, FacetDefinition, Field, MistakeKind, Notes, Range, Request, canonical,
};
use crate::reads::Reads;
use crate::root_files::OF_RUNNER;
use crate::setting::Setting;

/// All facets of a program, each loaded through its layers, or the mistakes found in it.
#[derive(Default)]
pub struct Facets {
    loaded: HashMap<TypeId, Loaded>,
    source: u64,
}

struct Loaded {
    definition: &'static FacetDefinition,
    outcome: Result<Values, Vec<Diagnostic>>,
    time: Duration,
}

struct Values {
    settings: Box<dyn Any + Send + Sync>,
    canonical: Arc<BTreeMap<String, String>>,
    layers: Layers,
    merged: Value,
    notes: Notes,
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
            let begun = Instant::now();
            let outcome = load_one(definition, sources, source);
            ((definition.type_id)(), Loaded { definition, outcome, time: begun.elapsed() })
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

    /// Reads one facet again from `sources`.
    pub(crate) fn read_again<F: Facet>(
        &self,
        sources: &Sources<'_>,
    ) -> Result<Config<F>, Vec<Diagnostic>> {
        let values = load_one(F::definition(), sources, self.source)?;
        let settings = values.settings.downcast_ref::<Arc<F::Settings>>();
        let config = settings.cloned().map(Config::new);
        config.ok_or_else(|| vec![Diagnostic::error(MissingFacet { name: F::NAME }.to_string())])
    }

    /// Reads one facet from `sources`, and describes it.
    pub(crate) fn describe<F: Facet>(
        &self,
        sources: &Sources<'_>,
    ) -> Result<FacetReport, Vec<Diagnostic>> {
        let values = load_one(F::definition(), sources, self.source)?;
        Ok(values.report(F::definition()))
    }

    /// Tells whether the program registered the facet, usable or not.
    pub fn is_registered(&self, facet: TypeId) -> bool {
        self.loaded.contains_key(&facet)
    }

    /// Returns the type of the facet of this name, usable or not.
    pub fn type_of(&self, name: &str) -> Option<TypeId> {
        let mut all = self.loaded.iter();
        all.find(|(_, loaded)| loaded.definition.name == name).map(|(facet, _)| *facet)
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

    /// Returns the name of each facet and how long it took to load, in order of the names.
    pub(crate) fn times(&self) -> BTreeMap<&'static str, Duration> {
        self.loaded.values().map(|loaded| (loaded.definition.name, loaded.time)).collect()
    }

    /// Returns the mistakes of each facet, in order of the names.
    pub(crate) fn mistakes_by_name(&self) -> BTreeMap<&'static str, &[Diagnostic]> {
        let all = self.loaded.values();
        all.map(|loaded| {
            let mistakes = loaded.outcome.as_ref().err().map_or(&[][..], Vec::as_slice);
            (loaded.definition.name, mistakes)
        })
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

    /// Returns what one key of a facet holds. The key of a value in a table is written with those
    /// that lead to it: `tls.enabled`.
    pub fn setting(&self, facet: &str, key: &str) -> Setting {
        let Some(loaded) = self.loaded.values().find(|loaded| loaded.definition.name == facet)
        else {
            let known = self.loaded.values().map(|loaded| loaded.definition.name.to_owned());
            let mut known: Vec<_> = known.collect();
            known.sort_unstable();
            return Setting::UnknownFacet { known };
        };
        let secret = |field: &Field| field.secret && key.split('.').next() == Some(field.name);
        if loaded.definition.fields.iter().any(secret) {
            return Setting::Secret;
        }
        match &loaded.outcome {
            Ok(values) => Setting::of(loaded.definition, &values.merged, &values.notes, key),
            Err(_) => Setting::Mistaken,
        }
    }

    /// Describes each loaded facet, in order of their names.
    pub fn report(&self) -> Vec<FacetReport> {
        let mut report: Vec<_> = self.loaded.values().filter_map(Loaded::report).collect();
        report.sort_by_key(|facet| facet.name);
        report
    }
}

impl Loaded {
    fn report(&self) -> Option<FacetReport> {
        Some(self.outcome.as_ref().ok()?.report(self.definition))
    }
}

impl Values {
    fn report(&self, definition: &'static FacetDefinition) -> FacetReport {
        let Values { layers, merged, notes, .. } = self;
        let mut all = definition.all_notes();
        all.extend(notes.clone());
        let keys = report::keys(layers, merged, &all, &(definition.shape)());
        FacetReport { name: definition.name, keys }
    }
}

fn load_one(
    facet: &'static FacetDefinition,
    sources: &Sources<'_>,
    source: u64,
) -> Result<Values, Vec<Diagnostic>> {
    let _scope = Scope::enter(sources.root);
    let layers = Layers::read(facet, sources)?;
    let merged = layers.merged().map_err(|mistake| vec![mistake])?;
    let canonical = OnceCell::new();
    let reads = |notes: &Notes| {
        let mut known = facet.notes();
        known.extend(notes.clone());
        let texts = canonical.get_or_init(|| Arc::new(canonical_texts(&merged, &known)));
        let auxiliary = facet.fields.iter().filter(|field| field.auxiliary);
        Reads {
            facet: facet.name,
            auxiliary: Arc::new(auxiliary.map(|field| field.name).collect()),
            values: texts.clone(),
            source,
        }
    };
    let out_of_range: Vec<_> = out_of_range(facet, &merged).collect();
    let raw = |value: &Value| layers.raw(value);
    let request =
        Request { value: &merged, raw: &raw, check: out_of_range.is_empty(), reads: &reads };
    let Attempt { result: loaded, notes: mut learned } = (facet.load)(&request);
    let mut notes = match loaded.is_ok() && out_of_range.is_empty() {
        true => facet.notes(),
        false => {
            learned.complete_by(&(facet.shape)());
            facet.all_notes()
        }
    };
    notes.extend(learned);
    let findings = Findings { facet, layers: &layers, merged: &merged, notes: &notes };
    let mut diagnostics: Vec<_> =
        out_of_range.iter().map(|(key, range)| findings.out_of_range(key, range)).collect();
    match loaded {
        Ok(settings) if diagnostics.is_empty() => {
            let canonical = canonical.into_inner().unwrap_or_default();
            Ok(Values { settings, canonical, layers, merged, notes })
        }
        Ok(_) => Err(diagnostics),
        Err(mistakes) => {
            let missing: Vec<_> =
                mistakes.iter().filter(|mistake| mistake.kind == MistakeKind::Missing).collect();
            if layers.nothing_set() && !missing.is_empty() {
                let keys: Vec<_> = missing.iter().map(|mistake| mistake.path.join(".")).collect();
                return Err(vec![findings.missing_facet(&keys)]);
            }
            diagnostics.extend(mistakes.iter().map(|mistake| findings.diagnose(mistake)));
            Err(diagnostics)
        }
    }
}

/// Returns the text of each top-level key, by which it is told whether the key has changed.
fn canonical_texts(merged: &Value, notes: &Notes) -> BTreeMap<String, String> {
    let entries = merged.as_dict().into_iter().flatten().map(|(key, value)| {
        let path = std::slice::from_ref(key);
        let normal = canonical::normal(value, path, notes, &disguised);
        let text = match normal.as_str().filter(|_| notes.is_secret(path)) {
            Some(disguised) => disguised.to_owned(),
            None => canonical::text(&normal),
        };
        (key.clone(), text)
    });
    entries.collect()
}

/// Stands for a secret where its value is recorded, so that a change is seen and nothing else.
fn disguised(text: &str) -> String {
    format!("secret {}", &blake3::hash(text.as_bytes()).to_hex()[..16])
}

/// Returns the keys whose values are outside of their range, with that.
fn out_of_range<'a>(
    facet: &'static FacetDefinition,
    merged: &'a Value,
) -> impl Iterator<Item = (&'static str, &'static Range)> + use<'a> {
    facet.fields.iter().filter_map(|field| {
        let range = field.range.as_ref()?;
        let value = merged.find_ref(field.name)?;
        ((range.contains)(value) == Some(false)).then_some((field.name, range))
    })
}

/// Reports facets of one name: a file belongs to one type, and each would take the keys of the
/// other for mistakes.
pub(crate) fn duplicates() -> Vec<Diagnostic> {
    let mut facets: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (definition, facet) in registry::items::<FacetDefinition>() {
        facets.entry(facet.name).or_default().push(definition);
    }
    let several = facets.into_iter().filter(|(_, definitions)| definitions.len() > 1);
    several
        .map(|(name, definitions)| {
            let count = definitions.len();
            let diagnostic = Diagnostic::error(format!("{count} facets have the name `{name}`"));
            let places = definitions.iter().fold(diagnostic, |diagnostic, definition| {
                diagnostic.at(definition.place, format!("`{}`", definition.path()))
            });
            places.help("give each a name of its own: it is that of its file")
        })
        .collect()
}

/// Reports variables and flags that name no facet of the program.
///
/// Variables may also be meant for those who read the files `others`, and for the test runner: they
/// are there in the programs that its tests start, too.
pub(crate) fn unknown_owners(sources: &Sources<'_>, others: &[String]) -> Vec<Diagnostic> {
    let mut known: Vec<_> =
        registry::items::<FacetDefinition>().map(|(_, definition)| definition.name).collect();
    known.sort_unstable();
    let unknown = |facet: &str, what: String| {
        Diagnostic::error(format!("{what} names the unknown facet `{facet}`"))
            .note(format!("known facets: {}", known.join(", ")))
            .help_if(
                nearest(facet, known.iter().copied()).map(|near| format!("did you mean `{near}`?")),
            )
    };
    let mut diagnostics = Vec::new();
    let others = || others.iter().filter_map(|file| file.strip_suffix(".toml"));
    for (name, _) in sources.environment {
        if let Some(variable) = Variable::split(name)
            && variable.owner(known.iter().copied().chain(others()).chain([OF_RUNNER])).is_none()
        {
            let what = format!("the environment variable `{name}`");
            diagnostics.push(unknown(&variable.facet(), what));
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
                Diagnostic::error(format!("`--set {}` is no assignment", told(assignment)))
                    .help("write `--set facet.key=value`"),
            ),
        }
    }
    diagnostics
}

/// What may be told of an assignment that names no facet: its value may be a secret.
fn told(assignment: &str) -> String {
    match assignment.split_once('=') {
        Some((keys, _)) => format!("{keys}=…"),
        None => assignment.to_owned(),
    }
}
