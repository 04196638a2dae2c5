//! The settings in `calculator.toml`.

use thinking::prelude::*;

/// How the calculator works.
#[derive(Debug, Serialize, Deserialize, Facet)]
#[facet(name = "calculator")]
pub struct Settings {
    /// How expressions are read.
    #[facet(default = Notation::Rpn)]
    pub notation: Notation,
    /// Where the interactive program keeps the lines that were typed.
    #[facet(default = "history.txt")]
    pub history: RootPath,
}

/// A way to write expressions: the parsers' conditions name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notation {
    /// Operands first: `2 3 +`.
    Rpn,
    /// Operators between them: `2 + 3`.
    Infix,
}
