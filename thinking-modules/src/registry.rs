//! The program's definitions, collected at link time and sorted so that every build lists them
//! alike.
//!
//! Each attribute of the framework expands to one [`register!`](crate::register). The linker
//! joins the registrations of all crates that the program *names*: a crate that stands in
//! `Cargo.toml` but that no `use` or path mentions is not linked, and its registrations are
//! silently absent. Messages about missing components say so.

use std::any::TypeId;
use std::sync::OnceLock;

use crate::{Definition, Kind, ModulePath};

inventory::collect!(Definition);
inventory::collect!(Contributor);

/// A source of definitions with one type of items, which are known at link time in another way.
///
/// Tests are so many that a registration of each would cost too much, and so is asking for them where
/// only others are wanted: [`items`] of another type does not.
#[doc(hidden)]
pub struct Contributor {
    /// The type of the items.
    pub item: fn() -> TypeId,
    /// Returns the definitions besides those that are registered one by one, which it is told.
    pub definitions: fn(&[&'static Definition]) -> Vec<Definition>,
}

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
        let registered = registered();
        let contributors = inventory::iter::<Contributor>.into_iter();
        let contributed: Vec<_> =
            contributors.flat_map(|contributor| (contributor.definitions)(registered)).collect();
        // As those that are registered, they stay until the process ends.
        let contributed = Vec::leak(contributed).iter();
        sorted(registered.iter().copied().chain(contributed).collect())
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
    let mut contributors = inventory::iter::<Contributor>.into_iter();
    let all = match contributors.any(|contributor| (contributor.item)() == TypeId::of::<T>()) {
        true => definitions(),
        false => registered(),
    };
    all.iter().filter_map(|definition| Some((*definition, definition.item.downcast_ref::<T>()?)))
}

/// Returns the definitions that are registered one by one, in registry order.
fn registered() -> &'static [&'static Definition] {
    static SORTED: OnceLock<Vec<&'static Definition>> = OnceLock::new();
    SORTED.get_or_init(|| sorted(inventory::iter::<Definition>.into_iter().collect()))
}

fn sorted(mut all: Vec<&'static Definition>) -> Vec<&'static Definition> {
    all.sort_by_cached_key(|definition| {
        (definition.module_path(), definition.place, definition.name)
    });
    all
}
