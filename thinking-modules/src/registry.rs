//! The program's definitions, collected at link time and sorted so that every build lists them
//! alike.
//!
//! Each attribute of the framework expands to one [`register!`](crate::register). The linker
//! joins the registrations of all crates that the program *names*: a crate that stands in
//! `Cargo.toml` but that no `use` or path mentions is not linked, and its registrations are
//! silently absent. Messages about missing components say so.

use std::sync::OnceLock;

use crate::{Definition, Kind, ModulePath};

inventory::collect!(Definition);

/// Registers a [`Definition`] at link time; used in item position, by generated code.
#[macro_export]
macro_rules! register {
    ($definition:expr) => {
        $crate::__private::inventory::submit! { $definition }
    };
}

/// Returns all definitions of the program.
///
/// Sorted by module path, then file, line, column and name, whatever the linker's order is. The
/// first call sorts; later ones are free.
pub fn definitions() -> &'static [&'static Definition] {
    static SORTED: OnceLock<Vec<&'static Definition>> = OnceLock::new();
    SORTED.get_or_init(|| {
        let mut all: Vec<_> = inventory::iter::<Definition>.into_iter().collect();
        all.sort_by_cached_key(|definition| {
            (definition.module_path(), definition.place, definition.name)
        });
        all
    })
}

/// Returns the definitions of one kind, in registry order.
pub fn of_kind(kind: Kind) -> impl Iterator<Item = &'static Definition> {
    definitions().iter().copied().filter(move |definition| definition.kind == kind)
}

/// Returns the definitions of `module` itself, without those of its submodules.
pub fn of_module(module: &ModulePath) -> impl Iterator<Item = &'static Definition> {
    definitions().iter().copied().filter(move |definition| definition.module == module.as_str())
}

/// Returns the definitions in `module` and below it, in pre-order: a module's own, by place, and
/// then those of its submodules, alphabetically.
pub fn in_subtree(module: &ModulePath) -> impl Iterator<Item = &'static Definition> {
    definitions().iter().copied().filter(move |definition| definition.is_defined_in(module))
}

/// Returns the definitions whose item is a `T`, with that item.
pub fn items<T: 'static>() -> impl Iterator<Item = (&'static Definition, &'static T)> {
    definitions()
        .iter()
        .filter_map(|definition| Some((*definition, definition.item.downcast_ref::<T>()?)))
}
