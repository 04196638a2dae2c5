//! All operators of the program, by the ways in which they are written.

use thinking::prelude::*;
use thiserror::Error;

use crate::operator::{Arity, Operator};

#[cfg(test)]
mod tests;

/// The operators that the parsers know.
#[derive(Debug)]
pub struct Operators(Vec<Arc<dyn Operator>>);

/// Why operators do not go together; a mistake in the program.
#[derive(Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OperatorsError {
    /// Two could be meant by the same text.
    #[error("several operators with {} operands are written `{symbol}`", .arity.count())]
    Ambiguous {
        /// How they are written in infix notation.
        symbol: &'static str,
        /// How many operands they take.
        arity: Arity,
    },

    /// Two could be meant by the same word.
    #[error("several operators are written `{symbol}` in reverse Polish notation")]
    AmbiguousPostfix {
        /// How they are written.
        symbol: &'static str,
    },

    /// No parser would find it.
    #[error(
        "`{symbol}` cannot be the symbol of an operator: expected only letters, or other \
         characters without blanks, digits, dots and parentheses"
    )]
    Symbol {
        /// The symbol.
        symbol: &'static str,
    },
}

/// Collects the operators, whichever there are.
#[component]
fn operators(all: Vec<Arc<dyn Operator>>) -> Result<Operators, OperatorsError> {
    Operators::new(all)
}

impl Operators {
    /// Puts operators together.
    ///
    /// # Errors
    ///
    /// Two could be mistaken for each other, or one could not be written.
    pub fn new(all: Vec<Arc<dyn Operator>>) -> Result<Self, OperatorsError> {
        for (index, one) in all.iter().enumerate() {
            let (symbol, postfix, arity) = (one.symbol(), one.postfix_symbol(), one.arity());
            if let Some(symbol) = [symbol, postfix].into_iter().find(|text| !is_symbol(text)) {
                return Err(OperatorsError::Symbol { symbol });
            }
            for other in &all[..index] {
                if other.symbol() == symbol && other.arity() == arity {
                    return Err(OperatorsError::Ambiguous { symbol, arity });
                }
                if other.postfix_symbol() == postfix {
                    return Err(OperatorsError::AmbiguousPostfix { symbol: postfix });
                }
            }
        }
        Ok(Operators(all))
    }

    /// Returns all of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Operator>> {
        self.0.iter()
    }

    /// Returns how they are written, each way once, in alphabetical order.
    pub fn symbols(&self, written: fn(&dyn Operator) -> &'static str) -> Vec<&'static str> {
        let mut symbols: Vec<_> = self.0.iter().map(|operator| written(&**operator)).collect();
        symbols.sort_unstable();
        symbols.dedup();
        symbols
    }

    /// Finds the operator that is written so in reverse Polish notation.
    pub fn postfix(&self, symbol: &str) -> Option<&Arc<dyn Operator>> {
        self.iter().find(|operator| operator.postfix_symbol() == symbol)
    }

    /// Finds the operator that is written so in infix notation, with so many operands.
    pub fn infix(&self, symbol: &str, arity: Arity) -> Option<&Arc<dyn Operator>> {
        self.iter().find(|operator| operator.symbol() == symbol && operator.arity() == arity)
    }

    /// Finds the longest symbol of infix notation that a text begins with.
    pub fn symbol_at_start(&self, text: &str) -> Option<&'static str> {
        let symbols = self.iter().map(|operator| operator.symbol());
        symbols.filter(|symbol| text.starts_with(symbol)).max_by_key(|symbol| symbol.len())
    }
}

/// Letters only, so that it can be told from a word that is longer; or none at all.
fn is_symbol(text: &str) -> bool {
    let is_word = text.chars().all(char::is_alphabetic);
    let is_sign = |c: char| !c.is_alphanumeric() && !c.is_whitespace() && !".()".contains(c);
    !text.is_empty() && (is_word || text.chars().all(is_sign))
}
