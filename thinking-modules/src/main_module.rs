//! Which program this process is.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::Place;

/// The program or test that the process runs, as its attribute recorded it at build.
#[derive(Debug, Clone, Copy)]
pub struct MainModule {
    /// The module that holds `main` or the test. It begins with the crate's real name, which
    /// `module_path!()` gives even for `main.rs`.
    pub module: &'static str,
    /// The target of the package that was built.
    pub target: Target,
    /// The package's name.
    pub package: &'static str,
    /// The package's version.
    pub version: &'static str,
    /// What the package's manifest says of it; may be empty.
    pub description: &'static str,
    /// The package's directory when it was built; it may not exist where the program runs.
    pub manifest_dir: &'static str,
    /// Where `main` or the test stands.
    pub place: Place,
}

impl MainModule {
    /// Returns the package's directory at build.
    pub fn manifest_dir(&self) -> PathBuf {
        PathBuf::from(self.manifest_dir)
    }

    /// Returns the crate's name.
    pub fn krate(&self) -> &'static str {
        first_part(self.module)
    }

    /// Returns what kind of process this is: tests if the compiler built a harness for them, or if
    /// cargo built it as a test or bench.
    pub fn mode(&self) -> Mode {
        match self.target {
            Target { is_harness: false, kind, .. } if !kind.is_for_tests() => Mode::Application,
            _ => Mode::Tests,
        }
    }
}

impl fmt::Display for MainModule {
    /// Writes the crate and how that is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MainModule { target, package, version, place, .. } = self;
        write!(f, "{} ({target} of package `{package}` {version}, {place})", self.krate())
    }
}

/// Which of its package's targets a program was built from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The sort of the target.
    pub kind: TargetKind,
    /// A binary's or example's name; otherwise the crate's, which has `_` where a test's or
    /// library's name has `-`.
    pub name: &'static str,
    /// Whether the compiler built the harness of `#[test]` functions: unit tests of a library,
    /// binary or example, and most tests and benches.
    pub is_harness: bool,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_harness && !self.kind.is_for_tests() {
            f.write_str("unit tests of ")?;
        }
        write!(f, "{} `{}`", self.kind, self.name)
    }
}

/// The sort of a cargo target. Build scripts are no part of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// What other crates use, macros included.
    Library,
    /// A program.
    Binary,
    /// An example's program.
    Example,
    /// An integration test.
    Test,
    /// A benchmark.
    Bench,
}

impl TargetKind {
    fn is_for_tests(self) -> bool {
        matches!(self, TargetKind::Test | TargetKind::Bench)
    }
}

impl fmt::Display for TargetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            TargetKind::Library => "library",
            TargetKind::Binary => "binary",
            TargetKind::Example => "example",
            TargetKind::Test => "test",
            TargetKind::Bench => "bench",
        })
    }
}

/// Builds the [`MainModule`] of the package that expands it.
#[macro_export]
macro_rules! main_module {
    () => {
        $crate::__private::built!().main_module(::core::module_path!(), $crate::here!())
    };
}

/// Builds the [`Built`] of the package that expands it.
#[doc(hidden)]
#[macro_export]
macro_rules! __built {
    () => {
        $crate::__private::Built {
            binary: ::core::option_env!("CARGO_BIN_NAME"),
            has_directory_for_tests: ::core::option_env!("CARGO_TARGET_TMPDIR").is_some(),
            is_harness: ::core::cfg!(test),
            package: ::core::env!("CARGO_PKG_NAME"),
            version: ::core::env!("CARGO_PKG_VERSION"),
            description: ::core::env!("CARGO_PKG_DESCRIPTION"),
            manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
        }
    };
}

/// What the compiler and cargo tell a crate about itself while they build it.
#[derive(Debug, Clone, Copy)]
pub struct Built {
    /// `CARGO_BIN_NAME`, which cargo sets for binaries and examples.
    pub binary: Option<&'static str>,
    /// Whether `CARGO_TARGET_TMPDIR` is set, as for integration tests and benches.
    pub has_directory_for_tests: bool,
    /// `cfg!(test)`.
    pub is_harness: bool,
    /// `CARGO_PKG_NAME`.
    pub package: &'static str,
    /// `CARGO_PKG_VERSION`.
    pub version: &'static str,
    /// `CARGO_PKG_DESCRIPTION`.
    pub description: &'static str,
    /// `CARGO_MANIFEST_DIR`.
    pub manifest_dir: &'static str,
}

impl Built {
    /// Returns the main module whose `main` or test stands in `module` at `place`.
    pub fn main_module(&self, module: &'static str, place: Place) -> MainModule {
        let Built { package, version, description, manifest_dir, .. } = *self;
        let target = target(self, module, place.file);
        MainModule { module, target, package, version, description, manifest_dir, place }
    }
}

/// Decides which target was built.
///
/// Cargo does not say whether a binary is an example, or a test a bench; their directory does,
/// unless the manifest gives a path elsewhere: then they count as binary and test.
fn target(built: &Built, module: &'static str, file: &'static str) -> Target {
    let directory = directory_in_package(file, built.manifest_dir);
    let lies_in = |name| directory.is_some_and(|directory| directory == name);
    let kind = match built.binary {
        Some(_) if lies_in("examples") => TargetKind::Example,
        Some(_) => TargetKind::Binary,
        None if built.has_directory_for_tests && lies_in("benches") => TargetKind::Bench,
        None if built.has_directory_for_tests => TargetKind::Test,
        None => TargetKind::Library,
    };
    let name = built.binary.unwrap_or(first_part(module));
    Target { kind, name, is_harness: built.is_harness }
}

/// Returns the first directory of the file inside its package. The compiler is given the file
/// relative to the workspace, so that the package's directory ends as the file begins.
fn directory_in_package(file: &'static str, package: &'static str) -> Option<&'static str> {
    let (file, package) = (Path::new(file), Path::new(package));
    let within = file.strip_prefix(package).ok().or_else(|| {
        let beginnings = package.ancestors().filter_map(|root| package.strip_prefix(root).ok());
        // The longest beginning comes last: a workspace's `tests` may hold a package `tests`.
        beginnings.filter_map(|beginning| file.strip_prefix(beginning).ok()).last()
    })?;
    let mut components = within.components();
    let first = components.next()?.as_os_str().to_str();
    components.next().and(first)
}

fn first_part(module: &'static str) -> &'static str {
    module.split("::").next().unwrap_or(module)
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

#[cfg(test)]
mod tests;
