//! What happens before `main`'s body: the root is found, profiles are recognised, typed
//! configuration files are read and checked, logging is set up, and bootstrap actions are performed.
//!
//! - [`Facet`] is one typed section of configuration in a file of its own; derive it.
//! - [`Runtime`] loads every facet of the program through all layers and reports every mistake
//!   at once, as [`Diagnostic`]s with file, line and column.
//!   The layers are, lowest first: defaults, what actions prepare, `NAME.toml`, its tables `[profile.PROFILE]`,
//!   `NAME.PROFILE.toml`, environment variables `THINKING_NAME__KEY__SUBKEY`, and assignments
//!   `name.key.subkey=value`. A variable's name is compared with the keys of the facet's type
//!   without regard to case, and with `_` for `-`; the keys of a map are free, and a variable gives
//!   them in lower case.
//! - Besides what serde reads by itself, a facet holds durations (`"30s"`), [`ByteSize`]s
//!   (`"2 GiB"`), [`RootPath`]s and [`Secret`]s.
//! - [`Config`] hands a facet's values out and remembers who read which key.
//! - [`profile!`] declares a profile, with conditions under which it is active.
//! - [`action`](macro@action) makes a function a bootstrap action: it is performed once, in order,
//!   after everything was loaded without a mistake. [`bootstrap()`] does the whole start.
//! - [`tracked`](macro@tracked) makes the code of a helper count for whoever calls it; a
//!   [`Recording`] collects who read and called what.
//! - [`logging`] sets up `tracing` from `logs.toml`.
//!
//! Works without the facade; the example in the README is a whole program.

extern crate self as thinking;

mod action;
mod actions;
mod bootstrap;
mod byte_size;
mod config;
pub mod console;
mod diagnostic;
pub mod exit_code;
mod facet;
mod facets;
#[cfg(feature = "jail")]
mod jail;
pub mod logging;
mod profiles;
mod reads;
mod recording;
mod root_files;
mod root_path;
mod runtime;
mod secret;
mod session;
mod setting;
mod start_report;
mod tracked;

pub use action::{ActionError, ActionResult, FromRuntime, LogLayer, Prepare};
pub use bootstrap::{BootstrapError, bootstrap};
pub use byte_size::{ByteSize, ByteSizeError};
pub use config::Config;
pub use diagnostic::{Diagnostic, Severity, nearest};
pub use facet::report::{FacetReport, KeyReport, Origin, Overridden, Shown};
pub use facet::{
    Bounds, Facet, FacetDefinition, Field, FieldShape, ROOT_PATH, Range, SECRET, Section,
    SectionKey, Shape, TextShape, VariantContent, VariantShape, Violations,
};
pub use facets::{Facets, MissingFacet};
#[cfg(feature = "jail")]
pub use jail::Jail;
pub use profiles::{PROFILE_DEBUG, PROFILE_PROFILING, PROFILE_TEST, Profiles};
pub use reads::Reads;
pub use recording::{Helpers, ReadSet, Recorded, Recorders, Recording};
pub use root_path::RootPath;
pub use runtime::{Runtime, RuntimeBuilder};
pub use secret::Secret;
pub use setting::Setting;
pub use start_report::StartReport;
/// What a step's record keeps of it, a [`Recording`] shows:
///
/// ```
/// extern crate thinking_runtime as thinking;
/// use thinking::{Recording, helpers, tracked};
///
/// #[tracked]
/// fn scaled(pixel: u8) -> f64 {
///     f64::from(pixel) / 255.0
/// }
///
/// #[tracked]
/// fn brightness(image: &[u8]) -> f64 {
///     image.iter().map(|pixel| scaled(*pixel)).sum()
/// }
///
/// struct Threshold(f64);
///
/// #[tracked]
/// impl Threshold {
///     fn is_below(&self, value: f64) -> bool {
///         value > self.0
///     }
/// }
///
/// # fn main() {
/// let recording = Recording::start(None);
/// assert!(Threshold(0.5).is_below(brightness(&[255, 0])));
/// let called = recording.finish().helpers;
/// let module = module_path!();
/// assert!(called.contains_key(&format!("{module}::brightness")));
/// assert!(called.contains_key(&format!("{module}::scaled")));
/// assert!(called.contains_key(&format!("{module}::impl Threshold")));
/// for (name, hash) in &called {
///     assert_eq!(helpers()[name], *hash); // of a program that was edited, some would differ
/// }
/// # }
/// ```
pub use thinking_macros::tracked;
pub use thinking_macros::{Facet, Section, action};
pub use tracked::{helpers, helpers_of};

/// The example of the README, as a doctest.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// What generated code names; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::action::{ActionDefinition, BoxError};
    pub use crate::facet::{
        Attempt, Keys, Loadable, NoSection, Request, Section, SectionKey, bounds, default_value,
        default_values, in_range, load, shape,
    };
    pub use crate::profiles::{ProfileDefinition, Trigger, is_name};
    pub use crate::tracked::Tracked;
    pub use crate::{
        ActionResult, Facet, FacetDefinition, Field, FromRuntime, Prepare, Range, Reads, Runtime,
        Violations,
    };
    pub use thinking_modules::{Definition, Kind, here, register};
}
