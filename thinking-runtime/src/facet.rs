//! A facet: one typed section of configuration, and what its derive tells the runtime.

use std::any::{Any, TypeId};
use std::ops::{Bound, Deref, RangeBounds};
use std::sync::Arc;

use figment::value::{Dict, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::reads::Reads;

pub(crate) mod canonical;
mod describe;
pub(crate) mod findings;
pub(crate) mod layers;
pub(crate) mod notes;
pub(crate) mod report;
mod schema;
pub(crate) mod scope;
mod section;
mod shape;
pub(crate) mod spelling;
mod stand_in;
pub(crate) mod strict;
mod template;
pub(crate) mod toml_file;
pub(crate) mod variables;
mod violations;

pub(crate) use notes::Notes;
pub use section::{Keys, NoSection, Section, SectionKey};
pub use shape::{FieldShape, ROOT_PATH, SECRET, Shape, TextShape, VariantContent, VariantShape};
pub(crate) use strict::{Mistake, MistakeKind};
pub use violations::Violations;

/// A typed section of configuration, kept in the file `NAME.toml` at the root.
///
/// Derive it on a `Deserialize` struct with named fields, or on a struct around a map:
///
/// ```
/// # extern crate thinking_runtime as thinking;
/// # use thinking::Facet;
/// # use serde::Deserialize;
/// #[derive(Debug, Deserialize, Facet)]
/// #[facet(name = "training")]
/// struct Training {
///     #[facet(range = 1..=10_000)]   // anything else is reported before `main` runs
///     epochs: u32,
///     #[facet(default = 0.9)]        // every other key must be set somewhere
///     momentum: f32,
///     #[facet(default = 10, auxiliary)] // never makes a result stale
///     report_every: u32,
/// }
/// # fn main() {}
/// ```
///
/// `#[facet(default)]` on the struct takes the values of its `Default` (it must be `Serialize`),
/// and `#[facet(secret)]` on a field keeps its value out of everything that is printed, as the type
/// [`Secret`](crate::Secret) does anywhere. `#[facet(unregistered)]` keeps it out of programs
/// that link it: who reads it, does so with [`Runtime::read_again`](crate::Runtime::read_again).
/// `#[facet(check = path)]` on the struct names a function
/// that looks at several values together ([`Violations`]). No key is called `profile`: that table
/// of the file holds a table of overlays per profile.
///
/// A field of type `std::time::Duration` or `jiff::SignedDuration` is written as `"30s"`,
/// `"1h 30m"` or `"2 days"`, a [`ByteSize`](crate::ByteSize) as `"2 GiB"`, and a
/// [`RootPath`](crate::RootPath) is relative to the root. What is inside of `#[serde(flatten)]`, or
/// of an untagged or tagged enum, has been buffered by serde: a `std::time::Duration` is not
/// readable from a text there, but a `SignedDuration` is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no facet",
    label = "needs `#[derive(Deserialize, Facet)]` and `#[facet(name = \"…\")]`"
)]
pub trait Facet: DeserializeOwned + Send + Sync + 'static {
    /// The values with one accessor per field; dereferences to the whole facet.
    type Settings: Deref<Target = Self> + Send + Sync + 'static;

    /// The facet's name, which is also its file's.
    const NAME: &'static str;

    /// Returns the facet's description.
    fn definition() -> &'static FacetDefinition;

    /// Refuses values that do not go together; `#[facet(check = path)]` says how.
    fn check(&self, _violations: &mut Violations) {}

    /// Joins the values with the reporter of their reads.
    fn settings(self, reads: Reads) -> Self::Settings;
}

/// What the runtime needs to load a facet without naming its type.
#[derive(Debug)]
pub struct FacetDefinition {
    /// The facet's name.
    pub name: &'static str,
    /// The documentation of the facet's type.
    pub docs: &'static str,
    /// The facet's type.
    pub type_id: fn() -> TypeId,
    /// Its top-level keys that carry attributes or are known by name; empty for a map.
    pub fields: &'static [Field],
    /// Returns what is known of the keys of each table in a map.
    pub below: fn() -> &'static [SectionKey],
    /// Finds what the type takes.
    pub shape: fn() -> Shape,
    /// The values of the type's `Default`.
    pub defaults: Option<MakeDefault<Dict>>,
    /// Builds the value, an `Arc<F::Settings>`.
    pub load: fn(&Request<'_>) -> Attempt,
}

impl FacetDefinition {
    /// Returns what is known of the values before any of them is read.
    pub(crate) fn notes(&self) -> Notes {
        let mut notes = Notes::default();
        for field in self.fields.iter().filter(|field| field.secret) {
            notes.hide(&[field.name.to_owned()]);
        }
        notes
    }

    /// Returns what the type, too, tells of the values: all that may be secret. Costs some
    /// microseconds for each key.
    pub(crate) fn all_notes(&self) -> Notes {
        let mut notes = self.notes();
        for field in self.fields.iter().filter(|field| field.secret) {
            field.aliases.iter().for_each(|alias| notes.hide(&[(*alias).to_owned()]));
        }
        notes.hide_secrets_of(&(self.shape)(), &mut Vec::new());
        notes
    }

    /// Tells whether a value may be secret, for all that is known of the type.
    pub(crate) fn may_have_secrets(&self) -> bool {
        self.all_notes().has_secrets() || (self.shape)().is_opaque()
    }

    /// Returns the values that the program itself declares, as far as they can be made: what is
    /// wrong with one of them is reported when the facet is loaded. Secrets are left out.
    fn default_values(&self) -> Dict {
        let _scope = scope::Scope::describe();
        let mut values = self.defaults.and_then(|defaults| defaults().ok()).unwrap_or_default();
        for field in self.fields {
            if let Some(Ok(default)) = field.default.map(|default| default()) {
                values.insert(field.name.to_owned(), default);
            }
        }
        // An option that is not set.
        values.retain(|_, value| !matches!(value, Value::Empty(..)));
        spelling::spell_durations(Value::from(values), &(self.shape)())
            .into_dict()
            .unwrap_or_default()
    }
}

/// What came of building a facet.
pub struct Attempt {
    pub(crate) result: Result<Loaded, Vec<Mistake>>,
    /// What was learned of its values, also of those of a facet with mistakes.
    pub(crate) notes: Notes,
}

/// What a facet is built from.
pub struct Request<'a> {
    pub(crate) value: &'a Value,
    pub(crate) raw: Raw<'a>,
    /// Whether the values go through the facet's own check.
    pub(crate) check: bool,
    /// Makes the reporter of reads, once it is known what the values are.
    pub(crate) reads: &'a dyn Fn(&Notes) -> Reads,
}

/// Makes a default; what the program declares may be no value of configuration.
type MakeDefault<T> = fn() -> Result<T, Box<figment::Error>>;

pub(crate) type Loaded = Box<dyn Any + Send + Sync>;

/// Gives the text of a value that a variable or flag set, so that `--set name=007` stays a text.
pub(crate) type Raw<'a> = &'a dyn Fn(&Value) -> Option<String>;

/// One key of a facet.
#[derive(Debug)]
pub struct Field {
    /// The key as files spell it.
    pub name: &'static str,
    /// Other spellings of the key that its type accepts.
    pub aliases: &'static [&'static str],
    /// The documentation of the field.
    pub docs: &'static str,
    /// Whether the value never makes a result stale.
    pub auxiliary: bool,
    /// Whether the value is never shown.
    pub secret: bool,
    /// The value of `#[facet(default = …)]`.
    pub default: Option<MakeDefault<Value>>,
    /// The values that are accepted, if they are limited.
    pub range: Option<Range>,
    /// Returns what is known of the keys of the table that it is, or of each table in it.
    pub below: fn() -> &'static [SectionKey],
}

/// The accepted values of a [`Field`].
#[derive(Debug)]
pub struct Range {
    /// The range as it is written in the source.
    pub text: &'static str,
    /// Returns the ends of the range as values; what cannot be written as a value is unbounded.
    pub bounds: fn() -> Bounds,
    /// Tells whether a value is inside; `None` if it has another type, which is reported already.
    pub contains: fn(&Value) -> Option<bool>,
}

/// The ends of a [`Range`], lower and upper.
pub type Bounds = (Bound<Value>, Bound<Value>);

/// What a type has to be for a facet; its own derive asks for it where it cannot go on.
#[doc(hidden)]
pub trait Loadable: DeserializeOwned + Send + Sync + 'static {}

impl<T: DeserializeOwned + Send + Sync + 'static> Loadable for T {}

/// Loads a facet of a known type; called through [`FacetDefinition::load`].
#[doc(hidden)]
pub fn load<F: Facet>(request: &Request<'_>) -> Attempt {
    let (result, notes) = strict::deserialize::<F>(request.value, request.raw);
    let result = result.and_then(|facet| {
        if request.check {
            let mut violations = Violations::default();
            facet.check(&mut violations);
            let refused = violations.iter().map(|(key, accepted)| {
                let kind = MistakeKind::Refused { accepted: accepted.to_owned() };
                Mistake { path: layers::resolve(request.value, key), kind }
            });
            let refused: Vec<_> = refused.collect();
            if !refused.is_empty() {
                return Err(refused);
            }
        }
        let loaded: Loaded = Box::new(Arc::new(facet.settings((request.reads)(&notes))));
        Ok(loaded)
    });
    Attempt { result, notes }
}

/// Finds the shape of a facet; called through [`FacetDefinition::shape`].
#[doc(hidden)]
pub fn shape<F: Facet>() -> Shape {
    Shape::of::<F>()
}

/// Returns a field's default as a value.
#[doc(hidden)]
pub fn default_value(value: impl Serialize) -> Result<Value, Box<figment::Error>> {
    Ok(Value::serialize(value)?)
}

/// Returns the values of a type's `Default`.
#[doc(hidden)]
pub fn default_values<F: Default + Serialize>() -> Result<Dict, Box<figment::Error>> {
    let value = Value::serialize(F::default())?;
    let actual = value.to_actual();
    value.into_dict().ok_or_else(|| {
        Box::new(figment::error::Kind::InvalidType(actual, "a struct or map".to_owned()).into())
    })
}

/// Returns the ends of a range of the field's own type.
#[doc(hidden)]
pub fn bounds<T: Serialize>(range: &impl RangeBounds<T>) -> Bounds {
    let value = |bound: Bound<&T>| match bound {
        Bound::Included(value) => Value::serialize(value).map_or(Bound::Unbounded, Bound::Included),
        Bound::Excluded(value) => Value::serialize(value).map_or(Bound::Unbounded, Bound::Excluded),
        Bound::Unbounded => Bound::Unbounded,
    };
    (value(range.start_bound()), value(range.end_bound()))
}

/// Tells whether a value lies in a range of the field's own type.
#[doc(hidden)]
pub fn in_range<T: DeserializeOwned + PartialOrd>(
    value: &Value,
    range: &impl RangeBounds<T>,
) -> Option<bool> {
    let value: T = strict::deserialize(value, &|_| None).0.ok()?;
    Some(range.contains(&value))
}
