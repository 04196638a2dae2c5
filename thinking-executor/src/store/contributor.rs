//! Where a program's store is, and its database among the program's components.

use std::path::{Path, PathBuf};

use thinking_dbs::{Database, Databases};
use thinking_injection::{Contribution, Contributor, TypeKey};
use thinking_modules::{Definition, Kind, here, register, registry};
use thinking_runtime::Runtime;

use crate::facet::Executor;

/// Where a store is kept that `dbs.toml` does not declare, below the root.
const DEFAULT_DIRECTORY: &str = ".thinking";

static CONTRIBUTOR: Contributor =
    Contributor { contribute, provides: || vec![TypeKey::of::<Database>()] };

register!(Definition {
    module: module_path!(),
    name: "store",
    kind: Kind::Contributor,
    place: here!(),
    item: &CONTRIBUTOR,
});

/// Adds the executor's database where the program has tasks and `dbs.toml` does not declare it.
fn contribute(runtime: &Runtime) -> Contribution {
    let facets = runtime.facets();
    let (Ok(databases), Ok(executor)) = (facets.config::<Databases>(), facets.config::<Executor>())
    else {
        return Contribution { incomplete: true, ..Contribution::default() };
    };
    let has_tasks = registry::of_kind(Kind::Stage).next().is_some();
    if !has_tasks || databases.0.contains_key(executor.database()) {
        return Contribution::default();
    }
    let path = default_path(executor.database());
    let component = thinking_dbs::component(runtime, executor.database(), &path);
    Contribution { components: vec![component], ..Contribution::default() }
}

fn default_path(name: &str) -> PathBuf {
    Path::new(DEFAULT_DIRECTORY).join(format!("{name}.redb"))
}

/// Returns the file of the program's store, existing or not; `None` if a facet has mistakes.
pub fn store_path(runtime: &Runtime) -> Option<PathBuf> {
    let databases = runtime.facets().config::<Databases>().ok()?;
    let executor = runtime.facets().config::<Executor>().ok()?;
    let declared = databases.0.get(executor.database()).map(|entry| entry.path.to_path_buf());
    let path = declared.unwrap_or_else(|| default_path(executor.database()));
    Some(runtime.root().path.join(path))
}
