//! The cases of this binary as definitions of its modules.

use std::any::TypeId;
use std::collections::HashSet;

use thinking_modules::__private::{Contributor, inventory};
use thinking_modules::{Definition, Kind, Place};

use crate::case::{CASES, Case};

inventory::submit! {
    Contributor { item: TypeId::of::<Case>, definitions }
}

/// Returns those of the cases that are functions. A function with rows registers itself, as its
/// cases are none that a person wrote, and lie in the module of its name.
fn definitions(registered: &[&'static Definition]) -> Vec<Definition> {
    let with_rows = registered.iter().filter(|definition| definition.kind == Kind::Test);
    let with_rows: HashSet<_> = with_rows.map(|definition| definition.path()).collect();
    let written = CASES.iter().filter(|case| !with_rows.contains(case.module));
    written.filter_map(definition).collect()
}

/// Describes a case; the sentinel is none.
fn definition(case: &'static Case) -> Option<Definition> {
    let Case { name, module, file, line, column, .. } = *case;
    let name = name.strip_prefix(module)?.strip_prefix("::")?;
    let place = Place { file, line, column };
    Some(Definition { module, name, kind: Kind::Test, place, item: case })
}
