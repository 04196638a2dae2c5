//! The facet of `dbs.toml`, and one component per database that it declares.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use thinking_injection::{Component, Contribution, Contributor, TypeKey};
use thinking_modules::{Definition, Kind, Mode, here, register};
use thinking_runtime::{Facet, RootPath, Runtime, Section};

use crate::database::Database;

/// The databases of the program, by name; the facet of `dbs.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Facet)]
#[facet(name = "dbs")]
pub struct Databases(pub BTreeMap<String, Entry>);

/// One database of `dbs.toml`.
#[derive(Debug, Clone, Serialize, Deserialize, Section)]
pub struct Entry {
    /// The file, relative to the root; created on first use, with its directory.
    pub path: RootPath,
    /// What reads and writes the file.
    #[serde(default)]
    pub engine: Engine,
}

/// A kind of database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Engine {
    /// An embedded, transactional key-value store in one file.
    #[default]
    Redb,
}

static CONTRIBUTOR: Contributor =
    Contributor { contribute, provides: || vec![TypeKey::of::<Database>()] };

register!(Definition {
    module: module_path!(),
    name: "databases",
    kind: Kind::Contributor,
    place: here!(),
    item: &CONTRIBUTOR,
});

fn contribute(runtime: &Runtime) -> Contribution {
    let Ok(databases) = runtime.facets().config::<Databases>() else {
        return Contribution { incomplete: true, ..Contribution::default() };
    };
    let entries = databases.0.iter();
    let components = entries.map(|(name, entry)| component(runtime, name, &entry.path));
    Contribution { components: components.collect(), ..Contribution::default() }
}

/// Describes the component of one database: opened when it is constructed, closed when its last
/// holder is gone.
///
/// `path` is relative to the root. In a test binary it does not count: each container gets a
/// temporary database of its own, in a dry run a copy.
pub fn component(runtime: &Runtime, name: &str, path: &Path) -> Component {
    let (tests, dry_run) = (runtime.mode() == Mode::Tests, runtime.is_dry_run());
    let (own, path) = (name.to_owned(), runtime.root().path.join(path));
    Component::builder::<Database>(format!("thinking_dbs::{name}"), here!(), move |_| {
        Ok(match (tests, dry_run) {
            (true, _) => Database::temporary(&own)?,
            (false, true) => Database::copy_of(&own, &path)?,
            (false, false) => Database::open(&own, &path)?,
        })
    })
    .named(name.to_owned())
    .build()
}
