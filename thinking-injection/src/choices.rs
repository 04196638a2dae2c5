//! What a program or a test decides about all components at once: which one is forced, which one
//! is the default, which one only fills a gap.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

use thinking_modules::Place;

use crate::component::Component;
use crate::requirement::TypeKey;

/// Picks components: those that provide a type, or the one with a full name.
///
/// ```
/// use thinking_injection::Pick;
///
/// struct Adam;
/// assert_eq!(Pick::from("app::Adam").to_string(), "app::Adam");
/// assert!(Pick::of::<Adam>().to_string().ends_with("::Adam"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick(Which);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    Type(TypeKey),
    Path(Cow<'static, str>),
}

impl Pick {
    /// Picks what provides `T`: its own type, or a `dyn Trait`.
    pub fn of<T: ?Sized + 'static>() -> Self {
        Pick(Which::Type(TypeKey::of::<T>()))
    }

    pub(crate) fn matches(&self, component: &Component) -> bool {
        match &self.0 {
            Which::Type(key) => component.provision(*key).is_some(),
            Which::Path(path) => component.path == *path,
        }
    }
}

impl From<&'static str> for Pick {
    fn from(path: &'static str) -> Self {
        Pick(Which::Path(path.into()))
    }
}

impl From<String> for Pick {
    fn from(path: String) -> Self {
        Pick(Which::Path(path.into()))
    }
}

impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Which::Type(key) => key.fmt(f),
            Which::Path(path) => f.write_str(path),
        }
    }
}

/// Decisions about the components of one container, beside what they say of themselves.
///
/// Where one component is asked for, these count in this order: the *forced* one; the name that is
/// asked for; the primary; the only one; the only one that is no *fallback*; the *default*. A
/// contributor may return decisions, so they may depend on configuration. Its own come first and
/// those of the builder after them; about one type the last forced one counts, and the last default.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    pub(crate) fallbacks: Vec<(Pick, Place)>,
    pub(crate) defaults: Vec<Choosing>,
    pub(crate) forced: Vec<Choosing>,
}

/// One decision about who answers for a type.
#[derive(Debug, Clone)]
pub(crate) struct Choosing {
    pub(crate) key: TypeKey,
    pub(crate) pick: Pick,
    pub(crate) place: Place,
}

impl Choices {
    /// Decides nothing.
    pub fn new() -> Self {
        Choices::default()
    }

    /// Lets the picked components take part only where nothing else provides a type.
    #[track_caller]
    pub fn fallback(mut self, pick: impl Into<Pick>) -> Self {
        self.fallbacks.push((pick.into(), caller()));
        self
    }

    /// Makes the picked component answer for one `I` where nothing else decides.
    #[track_caller]
    pub fn default_to<I: ?Sized + 'static>(mut self, pick: impl Into<Pick>) -> Self {
        let (key, pick, place) = (TypeKey::of::<I>(), pick.into(), caller());
        self.defaults.push(Choosing { key, pick, place });
        self
    }

    /// Makes the picked component answer for one `I`, whatever else says.
    #[track_caller]
    pub fn force<I: ?Sized + 'static>(mut self, pick: impl Into<Pick>) -> Self {
        let (key, pick, place) = (TypeKey::of::<I>(), pick.into(), caller());
        self.forced.push(Choosing { key, pick, place });
        self
    }

    /// Appends those of `later`.
    pub(crate) fn extend(&mut self, later: Choices) {
        self.fallbacks.extend(later.fallbacks);
        self.defaults.extend(later.defaults);
        self.forced.extend(later.forced);
    }
}

/// Returns the place of the call of a function that tracks its caller.
#[track_caller]
pub(crate) fn caller() -> Place {
    let location = Location::caller();
    Place { file: location.file(), line: location.line(), column: location.column() }
}
