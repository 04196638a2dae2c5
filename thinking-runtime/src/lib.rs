//! What happens before `main`'s body: the root is found, profiles are recognised, typed
//! configuration files are read and checked, and logging is set up.
//!
//! - [`Facet`] is one typed section of configuration in a file of its own; derive it.
//! - [`Runtime`] loads every facet of the program through all layers and reports every mistake
//!   at once, as [`Diagnostic`]s with file, line and column.
//!   The layers are, lowest first: defaults, `NAME.toml`, its tables `[profile.PROFILE]`,
//!   `NAME.PROFILE.toml`, environment variables `THINKING_NAME__KEY__SUBKEY`, and assignments
//!   `name.key.subkey=value`. The names of variables are read in lower case: a key with capitals is
//!   not reached by any, and a shell cannot set one for a key with `-`; set these in a file or by
//!   an assignment.
//! - [`Config`] hands a facet's values out and remembers who read which key.
//! - [`logging`] sets up `tracing` from `logs.toml`.
//!
//! Works without the facade:
//!
//! ```
//! extern crate thinking_runtime as thinking;
//! use serde::Deserialize;
//! use thinking::{Facet, Runtime};
//!
//! #[derive(Deserialize, Facet)]
//! #[facet(name = "greeting")]
//! struct Greeting {
//!     #[facet(default = "hello")]
//!     text: String,
//! }
//!
//! # fn main() {
//! let (runtime, mistakes) = Runtime::builder(thinking_modules::main_module!()).load();
//! assert!(mistakes.is_empty());
//! let greeting = runtime.facets().config::<Greeting>().unwrap();
//! assert_eq!(greeting.text(), "hello");
//! # }
//! ```

extern crate self as thinking;

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
mod runtime;

pub use config::Config;
pub use diagnostic::{Diagnostic, Severity, nearest};
pub use facet::{Facet, FacetDefinition, Field, Range};
pub use facets::{Facets, KeyReport, MissingFacet, Setting};
#[cfg(feature = "jail")]
pub use jail::Jail;
pub use profiles::{PROFILE_DEBUG, PROFILE_PROFILING, PROFILE_TEST, Profiles};
pub use reads::{ReadSet, Reads, Recording};
pub use runtime::{Runtime, RuntimeBuilder};
pub use thinking_macros::Facet;

/// What generated code names; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::facet::{Loadable, default_value, default_values, in_range, load};
    pub use crate::{Facet, FacetDefinition, Field, Range, Reads};
    pub use thinking_modules::{Definition, Kind, here, register};
}
