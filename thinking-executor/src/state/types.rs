//! The types of a table, so that keys of one type are never read as another.
//!
//! Values say themselves what they are: their bytes hold the names of fields and variants. Keys
//! are bytes in order and nothing else.

use serde::{Deserialize, Serialize};

/// What is recorded of a table when it is first written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableTypes {
    pub(crate) key: String,
    pub(crate) value: String,
}

impl TableTypes {
    pub(crate) fn of<K, V>() -> TableTypes {
        TableTypes { key: TableTypes::name::<K>(), value: TableTypes::name::<V>() }
    }

    /// Returns what is recorded of a type.
    pub(crate) fn name<T>() -> String {
        without_modules(std::any::type_name::<T>())
    }
}

/// Leaves out the modules in a type's name: a type that moved is the same.
fn without_modules(name: &str) -> String {
    let mut short = String::with_capacity(name.len());
    let mut start = 0;
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    for (at, c) in name.char_indices().chain([(name.len(), ' ')]) {
        if is_path(c) {
            continue;
        }
        let word = &name[start..at];
        short.push_str(word.rsplit("::").next().unwrap_or(word));
        if at < name.len() {
            short.push(c);
        }
        start = at + c.len_utf8();
    }
    short
}

#[cfg(test)]
mod tests {
    //! Names as they stand in messages.

    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn names_hold_no_modules() {
        let types = TableTypes::of::<(u32, String), BTreeMap<String, Vec<Option<TableTypes>>>>();
        assert_eq!(types.key, "(u32, String)");
        assert_eq!(types.value, "BTreeMap<String, Vec<Option<TableTypes>>>");
    }
}
