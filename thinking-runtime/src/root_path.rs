//! A path in a facet, relative to the root.

use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use serde::de::{Deserializer, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use crate::facet::{ROOT_PATH, scope};

/// A path that is relative to the root, wherever the program is started.
///
/// A loaded one dereferences to the path below the root; an absolute path stays what it is. It
/// may stand anywhere in a facet, in tables, maps and lists as well, and a file, a variable and
/// `--set` mean the same by it. It is recorded and serialised as it was written, so that moving a
/// project makes nothing stale.
///
/// ```
/// # extern crate thinking_runtime as thinking;
/// use serde::Deserialize;
/// use thinking::{Facet, Jail, RootPath};
///
/// #[derive(Deserialize, Facet)]
/// #[facet(name = "data")]
/// struct Data {
///     #[facet(default = "digits.csv")]
///     file: RootPath,
/// }
///
/// # fn main() {
/// let jail = Jail::new(thinking_modules::main_module!());
/// let data = jail.load().facets().config::<Data>().unwrap();
/// assert_eq!(**data.file(), jail.root().join("digits.csv"));
/// assert_eq!(data.file().written().to_str(), Some("digits.csv"));
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootPath {
    written: PathBuf,
    resolved: PathBuf,
}

impl RootPath {
    /// Makes a path as a facet's default writes it; only loading the facet resolves it.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let written = path.into();
        RootPath { resolved: written.clone(), written }
    }

    /// Returns the path as it was written.
    pub fn written(&self) -> &Path {
        &self.written
    }
}

impl Deref for RootPath {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.resolved
    }
}

impl AsRef<Path> for RootPath {
    fn as_ref(&self) -> &Path {
        &self.resolved
    }
}

impl<P: Into<PathBuf>> From<P> for RootPath {
    fn from(path: P) -> Self {
        RootPath::new(path)
    }
}

impl fmt::Debug for RootPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.resolved, f)
    }
}

impl<'de> Deserialize<'de> for RootPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(ROOT_PATH, Inner)
    }
}

impl Serialize for RootPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

struct Inner;

impl<'de> Visitor<'de> for Inner {
    type Value = RootPath;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<RootPath, D::Error> {
        // `PathBuf` would expect a "path string".
        let written = PathBuf::from(String::deserialize(deserializer)?);
        let resolved = scope::below_root(&written).unwrap_or_else(|| written.clone());
        Ok(RootPath { written, resolved })
    }
}
