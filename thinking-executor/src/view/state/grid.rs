//! Values side by side: where they are records, each field is a column.

use crate::view::Value;

/// Values with more fields than that are shown whole.
const COLUMNS_MAX: usize = 16;

/// The columns of values: the fields of records, or one for whole values.
pub(crate) struct Grid {
    fields: Option<Vec<String>>,
}

impl Grid {
    pub(crate) fn of<'a>(values: impl Iterator<Item = &'a Value>) -> Grid {
        let mut names: Vec<String> = Vec::new();
        for value in values {
            let Some(fields) = value.fields() else {
                return Grid { fields: None };
            };
            for (name, _) in fields {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
            if names.len() > COLUMNS_MAX {
                return Grid { fields: None };
            }
        }
        // Records without any field have nothing to show in columns.
        Grid { fields: Some(names).filter(|names| !names.is_empty()) }
    }

    /// Returns the names of the columns; a single one has the name `whole`.
    pub(crate) fn headings(&self, whole: &str) -> Vec<String> {
        self.fields.clone().unwrap_or_else(|| vec![whole.to_owned()])
    }

    /// Returns what stands in each column, with nothing where the value lacks a field.
    pub(crate) fn parts(&self, value: &Value) -> Vec<Option<Value>> {
        let Some(names) = &self.fields else {
            return vec![Some(value.clone())];
        };
        let fields = value.fields().unwrap_or_default();
        let of = |name: &String| fields.iter().find(|(field, _)| field == name);
        names.iter().map(|name| of(name).map(|(_, value)| value.clone())).collect()
    }

    /// Returns the cells of a value, with nothing where it lacks a field.
    pub(crate) fn cells(&self, value: &Value, cell: impl Fn(&Value) -> String) -> Vec<String> {
        let parts = self.parts(value);
        parts.iter().map(|part| part.as_ref().map(&cell).unwrap_or_default()).collect()
    }
}
