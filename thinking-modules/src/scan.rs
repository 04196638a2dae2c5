//! The source scan, for tools: which packages, targets and modules there are, from the files
//! themselves, and what of it a program's registry lacks.
//!
//! A program knows what was linked into it ([`registry`](crate::registry)). The sources say what
//! was meant to be: [`Scan`] reads them, [`missing`] compares the two, and so finds the crates that
//! nothing names and whose definitions the linker therefore left out. [`assert_linked!`] is the same
//! as a test of one line.
//!
//! A source file says which attributes stand in it, not whether a `cfg` holds, nor what a macro
//! makes. So whatever stands below a `cfg` carries its text and is never called missing, and what
//! macros generate is not seen. Bodies of functions that declare nothing are not parsed.
//!
//! [`assert_linked!`]: crate::assert_linked

use std::num::NonZero;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

mod cargo;
mod error;
mod finding;
mod graph;
mod linked;
mod missing;
mod module;
mod orphans;
mod package;
mod registered;
mod source;
mod walk;

pub use error::ScanError;
pub use finding::{Finding, Problem};
pub use graph::{Dependent, Graph, Library, Program};
pub use linked::{assert_linked, linked};
pub use missing::missing;
pub use module::{Item, Module, ModuleKind};
pub use package::{Package, Target};
pub use registered::Registered;

/// What the sources of some packages hold.
///
/// The order is the same for the same files: a package, then those whose directory lies in its own,
/// alphabetically by directory; of each the library before the binaries, examples, tests and
/// benches, alphabetically; of each the modules in pre-order, alphabetically.
#[derive(Debug, Clone)]
pub struct Scan {
    /// The packages that were scanned.
    pub packages: Vec<Package>,
}

/// Which targets are scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Targets {
    /// Libraries only, without a search for files that belong to no module.
    Libraries,
    /// Entry points, too: binaries, examples, tests and benches.
    All,
}

impl Scan {
    /// Scans the workspace around `directory`.
    ///
    /// Asks cargo for its packages and parses their files, on all cores. What is wrong with a file
    /// is a finding of its package and stops nothing. A workspace of 200 packages with ten modules
    /// each takes about as long as cargo's answer and a few milliseconds per megabyte of source.
    ///
    /// # Errors
    ///
    /// Cargo does not start, or finds no workspace that it can read.
    pub fn of_workspace(directory: &Path, targets: Targets) -> Result<Scan, ScanError> {
        let metadata = cargo::workspace(directory)?;
        let packages = metadata.workspace_packages().into_iter();
        Ok(Scan::of_packages(packages.map(|package| Package::new(package, targets)).collect()))
    }

    /// Reads the files of packages.
    fn of_packages(mut packages: Vec<Package>) -> Scan {
        // By components, so that a package stands before those in its directory.
        packages.sort_by(|a, b| a.directory.cmp(&b.directory));
        in_parallel(&mut packages, Package::scan);
        Scan { packages }
    }

    /// Returns every module of every scanned target, in the order of the scan.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        let targets = self.packages.iter().flat_map(|package| &package.targets);
        targets.flat_map(|target| target.module.pre_order())
    }

    /// Returns what is wrong with the files, package by package.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.packages.iter().flat_map(|package| &package.findings)
    }
}

/// Parsed expressions may nest deeply, and the parser is recursive.
const STACK_BYTES: usize = 16 << 20;

/// Calls `work` for each value, on as many threads as there are cores.
fn in_parallel<T: Send>(values: &mut [T], work: impl Fn(&mut T) + Sync) {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(values.len());
    let queue = Mutex::new(values.iter_mut());
    let next = || queue.lock().ok()?.next();
    let drain = || {
        while let Some(value) = next() {
            work(value);
        }
    };
    thread::scope(|scope| {
        let started = (0..threads).filter(|_| {
            let thread = thread::Builder::new().stack_size(STACK_BYTES);
            thread.spawn_scoped(scope, drain).is_ok()
        });
        if started.count() == 0 {
            drain();
        }
    });
}

#[cfg(test)]
mod tests;
