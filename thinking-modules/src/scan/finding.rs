//! What a scan, or its comparison with a registry, finds wrong.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use thiserror::Error;

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file in which it is wrong, or in which something is to be added.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
    /// What is wrong.
    #[serde(flatten)]
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Error)]
#[serde(tag = "problem", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Problem {
    /// Nothing names a crate, so that it is not linked and nothing of it is registered.
    #[error(
        "crate `{krate}` is not linked, as nothing names it, and what it defines is lost: {}; add \
         `{add}`", .lost.join(", ")
    )]
    LostCrate {
        /// The crate.
        #[serde(rename = "crate")]
        krate: String,
        /// Its definitions, each with its kind.
        lost: Vec<String>,
        /// The line that names it, to be added in the finding's file.
        add: String,
    },

    /// A crate is linked, and nothing that one of its modules defines is registered.
    #[error("nothing that module `{module}` defines is registered: {}", .lost.join(", "))]
    LostModule {
        /// The module.
        module: String,
        /// Its definitions, each with its kind.
        lost: Vec<String>,
    },

    /// A module is linked, and one of its definitions is not registered.
    #[error("{lost} is not registered")]
    LostDefinition {
        /// The definition, with its kind.
        lost: String,
    },

    /// A file that no `mod` declares.
    #[error("no `mod` declares this file, so nothing in it is compiled; declare it or remove it")]
    OrphanFile,

    /// A `mod` whose file is not there.
    #[error(
        "the file of module `{module}` is missing; looked for {}",
        .tried.iter().map(|path| format!("`{}`", path.display())).collect::<Vec<_>>().join(", ")
    )]
    MissingFile {
        /// The module.
        module: String,
        /// Where it was looked for.
        tried: Vec<PathBuf>,
    },

    /// A `mod` for which there are two files.
    #[error(
        "module `{module}` has two files: `{}` and `{}`; remove one", .first.display(),
        .second.display()
    )]
    TwoFiles {
        /// The module.
        module: String,
        /// The one that was scanned.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },

    /// A file that declares itself as a module, directly or through others.
    #[error("module `{module}` is declared inside the file that it names")]
    Circular {
        /// The module.
        module: String,
    },

    /// A file that cannot be read.
    #[error("this file cannot be read: {reason}")]
    Unreadable {
        /// Why not.
        reason: String,
    },

    /// A file that is no Rust.
    #[error("this file does not parse at column {column}: {reason}")]
    Syntax {
        /// The column, from 1.
        column: u32,
        /// What the parser says.
        reason: String,
    },
}

impl Finding {
    /// Returns the finding with paths relative to `root`, for people.
    pub fn relative_to(mut self, root: &Path) -> Finding {
        let shorten = |path: &mut PathBuf| {
            if let Ok(short) = path.strip_prefix(root) {
                *path = short.to_owned();
            }
        };
        shorten(&mut self.file);
        match &mut self.problem {
            Problem::MissingFile { tried, .. } => tried.iter_mut().for_each(shorten),
            Problem::TwoFiles { first, second, .. } => {
                shorten(first);
                shorten(second);
            }
            _ => {}
        }
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.problem)
    }
}
