//! Reads expressions; one parser per notation, and a setting that chooses.

use thinking::prelude::*;

use super::Expression;
use crate::settings::{Notation, Settings};

mod error;
mod infix;
mod number;
mod rpn;
#[cfg(test)]
mod tests;

pub use error::{ParseError, Problem};

/// Reads expressions in one notation.
#[interface]
pub trait Parser: Send + Sync {
    /// Returns what the notation is called.
    fn notation(&self) -> &'static str;

    /// Returns an expression in this notation.
    fn example(&self) -> &'static str;

    /// Reads an expression. Takes time and memory in proportion to the text.
    ///
    /// # Errors
    ///
    /// The first mistake in the text, with its place.
    fn parse(&self, text: &str) -> Result<Expression, ParseError>;
}

/// The parser that `calculator.toml` asks for, and so the one that is meant where just a parser is
/// asked for.
#[component(provides = dyn Parser, primary)]
fn chosen(
    settings: Config<Settings>,
    #[inject(named = "rpn")] rpn: Arc<dyn Parser>,
    #[inject(named = "infix")] infix: Arc<dyn Parser>,
) -> Arc<dyn Parser> {
    match settings.notation() {
        Notation::Rpn => rpn,
        Notation::Infix => infix,
    }
}

impl Parser for Arc<dyn Parser> {
    fn notation(&self) -> &'static str {
        (**self).notation()
    }

    fn example(&self) -> &'static str {
        (**self).example()
    }

    fn parse(&self, text: &str) -> Result<Expression, ParseError> {
        (**self).parse(text)
    }
}
