//! Reads expressions; one parser per notation, of which a setting lets one take part.

use thinking::prelude::*;

use super::Expression;

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
