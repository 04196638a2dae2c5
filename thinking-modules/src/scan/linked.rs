//! The comparison as a test: is everything registered in this process that its sources define?

use super::finding::{Finding, Problem};
use super::graph::Graph;
use super::missing::missing;
use super::registered::Registered;
use super::{Scan, ScanError};
use crate::MainModule;

/// Asserts in a test that the linker left out no crate: everything is registered in this test
/// binary that its sources and those of its dependencies define.
///
/// Put it into the unit tests of a program, which name what the program names:
///
/// ```no_run
/// // #[test]
/// fn every_crate_is_linked() {
///     thinking_modules::assert_linked!();
/// }
/// # every_crate_is_linked();
/// ```
///
/// A crate that is left out on purpose is named: `assert_linked!(except "gpu", "cluster")`. Also
/// reported are source files that no `mod` declares, and those that do not parse. Asks cargo about
/// the dependencies, without the network, and reads their files.
///
/// # Panics
///
/// Something is missing, each with the line to add; or cargo does not describe the package.
#[macro_export]
macro_rules! assert_linked {
    () => {
        $crate::scan::assert_linked(&$crate::main_module!(), &[])
    };
    (except $($krate:literal),+ $(,)?) => {
        $crate::scan::assert_linked(&$crate::main_module!(), &[$($krate),+])
    };
}

/// Compares the registry of this process with the sources of the package `main` and of its
/// dependencies, but for the crates in `except`.
///
/// Paths are relative to the workspace.
///
/// # Errors
///
/// Cargo does not describe the package, as where its sources are not.
pub fn linked(main: &MainModule, except: &[&str]) -> Result<Vec<Finding>, ScanError> {
    let directory = main.manifest_dir();
    let graph = Graph::read(&directory)?;
    // A binary's name may have the `-` that its crate has not.
    let krate = match main.target.kind {
        crate::TargetKind::Library => main.krate().to_owned(),
        _ => main.target.name.replace('-', "_"),
    };
    let program = graph.program(&directory, main.target.kind, &krate, main.target.is_harness)?;
    let scan: Scan = graph.scan(std::slice::from_ref(&program));
    let mut findings = missing(&scan, &program, &Registered::here());
    findings.retain(|finding| match &finding.problem {
        Problem::LostCrate { krate, .. } => !except.contains(&&**krate),
        _ => true,
    });
    findings.extend(scan.findings().cloned());
    Ok(findings.into_iter().map(|finding| finding.relative_to(graph.root())).collect())
}

/// Asserts that [`linked`] finds nothing; called by [`assert_linked!`](crate::assert_linked).
///
/// # Panics
///
/// It does, or it fails.
#[track_caller]
pub fn assert_linked(main: &MainModule, except: &[&str]) {
    let program = main.target;
    match linked(main, except) {
        Ok(findings) if findings.is_empty() => {}
        Ok(findings) => {
            let lines: String = findings.iter().map(|finding| format!("\n{finding}")).collect();
            panic!("{program} lacks what its sources define:{lines}");
        }
        Err(error) => {
            let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |error| {
                error.source()
            });
            let causes: Vec<_> = causes.map(ToString::to_string).collect();
            panic!("{program} cannot be compared with its sources: {}", causes.join(": "));
        }
    }
}
