//! What an operator is; each has a file of its own.

use std::fmt;

use thinking::prelude::*;
use thiserror::Error;

mod addition;
mod division;
mod multiplication;
mod negation;
mod power;
mod subtraction;
#[cfg(test)]
mod tests;

/// Computes a number from one or two others.
#[interface]
pub trait Operator: Send + Sync {
    /// Returns how it is written: letters, or other characters that are neither blanks nor digits
    /// nor dots nor parentheses. A unary operator may share its symbol with a binary one.
    fn symbol(&self) -> &'static str;

    /// Returns how it is written in reverse Polish notation, where each operator needs a symbol of
    /// its own.
    fn postfix_symbol(&self) -> &'static str {
        self.symbol()
    }

    /// Returns how many operands it takes.
    fn arity(&self) -> Arity {
        Arity::Two
    }

    /// Returns how tightly it binds in infix notation; higher is tighter. Sums have 10, products
    /// 20, signs 30 and powers 40.
    fn precedence(&self) -> u8;

    /// Returns which of several in a row, of the same precedence, comes first.
    fn associativity(&self) -> Associativity {
        Associativity::Left
    }

    /// Computes the result; [`operands`] takes the slice apart. It may be infinite or no number,
    /// about which the evaluator complains.
    ///
    /// # Errors
    ///
    /// There is no result, or there are too few or too many operands.
    fn apply(&self, operands: &[f64]) -> Result<f64, ArithmeticError>;
}

/// How many operands an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// One, which follows it in infix notation.
    One,
    /// Two, one on either side.
    Two,
}

impl Arity {
    /// Returns the number.
    pub fn count(self) -> usize {
        match self {
            Arity::One => 1,
            Arity::Two => 2,
        }
    }
}

/// Which of several operators in a row, of the same precedence, comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Associativity {
    /// The first: `8 - 4 - 2` is `(8 - 4) - 2`.
    Left,
    /// The last: `2 ^ 3 ^ 2` is `2 ^ (3 ^ 2)`.
    Right,
}

/// Why an operation has no result.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ArithmeticError {
    /// The divisor is zero.
    #[error("division by zero")]
    DivisionByZero,

    /// As the square root of a negative number.
    #[error("the result is no real number")]
    NotReal,

    /// It exceeds what a 64-bit floating-point number holds.
    #[error("the result is beyond {:e}", f64::MAX)]
    TooLarge,

    /// The operator was called in another way than its arity says.
    #[error("expected {expected} operands, found {found}")]
    Operands {
        /// How many it takes.
        expected: usize,
        /// How many there were.
        found: usize,
    },
}

/// Takes apart what an operator is applied to: `let [left, right] = operands(given)?`.
///
/// # Errors
///
/// There are more or fewer.
pub fn operands<const N: usize>(given: &[f64]) -> Result<[f64; N], ArithmeticError> {
    let wrong_count = |_| ArithmeticError::Operands { expected: N, found: given.len() };
    given.try_into().map_err(wrong_count)
}

impl fmt::Debug for dyn Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.postfix_symbol())
    }
}
