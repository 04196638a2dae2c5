//! Which program this process is.

use std::fmt;
use std::path::PathBuf;

use crate::Place;

/// The program or test that the process runs, as its attribute recorded it at build.
#[derive(Debug, Clone, Copy)]
pub struct MainModule {
    /// The crate's name, which `module_path!()` gives even for `main.rs`.
    pub module: &'static str,
    /// The package's name.
    pub package: &'static str,
    /// The package's version.
    pub version: &'static str,
    /// The package's directory when it was built; it may not exist where the program runs.
    pub manifest_dir: &'static str,
    /// Where `main` stands.
    pub place: Place,
}

impl MainModule {
    /// Returns the package's directory at build.
    pub fn manifest_dir(&self) -> PathBuf {
        PathBuf::from(self.manifest_dir)
    }
}

/// Builds the [`MainModule`] of the package that expands it.
#[macro_export]
macro_rules! main_module {
    () => {
        $crate::MainModule {
            module: ::core::module_path!(),
            package: ::core::env!("CARGO_PKG_NAME"),
            version: ::core::env!("CARGO_PKG_VERSION"),
            manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
            place: $crate::here!(),
        }
    };
}

/// What kind of process this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A program that a user started.
    Application,
    /// A test binary.
    Tests,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mode::Application => "application",
            Mode::Tests => "tests",
        })
    }
}
