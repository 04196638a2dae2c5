//! Why a scan could not begin.

use std::path::PathBuf;

use thiserror::Error;

/// Why nothing was scanned. Nothing is changed on disk.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ScanError {
    /// Cargo does not describe the packages.
    #[error("`cargo metadata` gave up in `{}`", .directory.display())]
    Cargo {
        /// Where it was asked.
        directory: PathBuf,
        /// What it said.
        source: Box<cargo_metadata::Error>,
    },

    /// Cargo does not say for which platform it builds.
    #[error("`{program} --version --verbose` names no host: {reason}")]
    Host {
        /// The program that was asked.
        program: String,
        /// What it did instead.
        reason: String,
    },

    /// The workspace has no such target.
    #[error("package `{package}` has no {target}")]
    NoTarget {
        /// The package.
        package: String,
        /// The target, such as "binary `digits`".
        target: String,
    },

    /// No package stands in the directory.
    #[error("there is no package in `{}`", .directory.display())]
    NoPackage {
        /// The directory.
        directory: PathBuf,
    },
}
