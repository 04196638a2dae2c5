//! What a program or a test decides about all components at once: which one is forced, which one
//! is the default, which one only fills a gap.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

use thinking_modules::Place;

use crate::component::Component;
use crate::requirement::TypeKey;

mod definition;

pub use definition::ChoicesDefinition;
pub(crate) use definition::{Decided, decide};

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
/// asked for; the primary; the only one; the only one that is no *fallback*; the *default*.
///
/// A function with [`#[choices]`](macro@crate::choices) returns those of the program, which may
/// depend on its configuration, and a container's builder adds its own. Those of contributors come
/// first, then those of functions in the order of their modules and names, then the builder's; about
/// one type the last forced one counts, and the last default.
///
/// ```
/// extern crate thinking_injection as thinking;
/// use std::sync::Arc;
/// use thinking::{Choices, Container, Pick, choices, component, interface};
/// use thinking_runtime::{Config, Facet, Runtime};
///
/// #[derive(serde::Deserialize, Facet)]
/// #[facet(name = "storage", crate = thinking_runtime)]
/// struct Storage {
///     #[facet(default = false)]
///     remote: bool,
/// }
///
/// #[interface]
/// trait Store: Send + Sync {
///     fn name(&self) -> &'static str;
/// }
///
/// #[component(provides = dyn Store)]
/// struct Disk;
///
/// #[component(provides = dyn Store)]
/// struct Cloud;
///
/// # impl Store for Disk {
/// #     fn name(&self) -> &'static str { "disk" }
/// # }
/// # impl Store for Cloud {
/// #     fn name(&self) -> &'static str { "cloud" }
/// # }
/// #[choices]
/// fn stores(storage: Config<Storage>) -> Choices {
///     let choices = Choices::new().default_to::<dyn Store>(Pick::of::<Disk>());
///     match storage.remote() {
///         true => choices.force::<dyn Store>(Pick::of::<Cloud>()),
///         false => choices,
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let root = tempfile::tempdir()?;
/// let store = |set: Option<&str>| -> Result<Arc<dyn Store>, Box<dyn std::error::Error>> {
///     let runtime = Runtime::builder(thinking_modules::main_module!())
/// #       .environment([]).root(Some(root.path().into()))
///         .assignments(set.map(str::to_owned));
///     let (runtime, _) = runtime.load();
///     let container = Container::builder().registered().runtime(Arc::new(runtime)).build()?;
///     Ok(container.get()?)
/// };
/// assert_eq!(store(None)?.name(), "disk");
/// assert_eq!(store(Some("storage.remote=true"))?.name(), "cloud");
/// # Ok(()) }
/// ```
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
