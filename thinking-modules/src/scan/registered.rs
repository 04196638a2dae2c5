//! What a program's registry holds, also that of another process.

use serde::{Deserialize, Serialize};

use crate::{Definition, registry};

/// A registered definition: an element of what `PROGRAM modules --json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The path of the module that holds it.
    pub module: String,
    /// Its simple name.
    pub name: String,
    /// What it is, as [`Kind`](crate::Kind) writes it.
    pub kind: String,
    /// The source file as the compiler was given it.
    pub file: String,
    /// The line of the attribute, or of the name of a test without rows, from 1.
    pub line: u32,
    /// The column of the attribute, or of the name of a test without rows, from 1.
    pub column: u32,
}

impl Registered {
    /// Lists what this process registers.
    pub fn here() -> Vec<Registered> {
        registry::definitions().iter().copied().map(Registered::from).collect()
    }

    /// Returns the crate's name.
    pub fn krate(&self) -> &str {
        self.module.split("::").next().unwrap_or_default()
    }
}

impl From<&Definition> for Registered {
    fn from(definition: &Definition) -> Self {
        Registered {
            module: definition.module.to_owned(),
            name: definition.name.to_owned(),
            kind: definition.kind.to_string(),
            file: definition.place.file.to_owned(),
            line: definition.place.line,
            column: definition.place.column,
        }
    }
}
