//! What can be wrong with the text of an expression, and where.

use std::fmt;
use std::ops::Range;

use thinking::runtime::nearest;
use thiserror::Error;

use crate::expression::MAX_DEPTH;
use crate::operator::Arity;

/// Why a text is no expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}")]
pub struct ParseError {
    /// The place in the text, in bytes.
    pub at: Range<usize>,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong at one place of a text. Texts in it are what was found.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// There are only blanks.
    #[error("the expression is empty")]
    Empty,

    /// Neither a number nor an operator; the operators follow.
    #[error("unknown symbol {}", Found(.0))]
    Unknown(String, Vec<&'static str>),

    /// It begins like a number.
    #[error("{} is no number", Found(.0))]
    Number(String),

    /// A number that would be infinite.
    #[error("{} is too large", Found(.0))]
    TooLarge(String),

    /// An operator comes before all its operands are there.
    #[error("`{symbol}` takes {}, found {found}", Operands(*.arity))]
    MissingOperands {
        /// The operator.
        symbol: &'static str,
        /// How many it takes.
        arity: Arity,
        /// How many are there.
        found: usize,
    },

    /// Several expressions without an operator that joins them.
    #[error("no operator takes this operand")]
    LeftOver,

    /// Something else where an operand has to begin.
    #[error("expected an operand, found {}", Found(.0))]
    ExpectedOperand(String),

    /// Something else after an operand.
    #[error("expected an operator, found {}", Found(.0))]
    ExpectedOperator(String),

    /// A `(` without a `)`.
    #[error("a parenthesis is never closed")]
    Unclosed,

    /// A `)` without a `(`.
    #[error("a parenthesis was never opened")]
    Unopened,

    /// The tree of operators is too deep.
    #[error("the expression is nested deeper than {MAX_DEPTH} operators")]
    TooDeep,
}

impl Problem {
    /// Says where the problem is, in bytes of the text.
    pub(super) fn at(self, at: Range<usize>) -> ParseError {
        ParseError { at, problem: self }
    }

    /// Returns what is accepted there, in a few words.
    pub fn label(&self) -> String {
        let label = match self {
            Problem::Empty => "expected an expression",
            Problem::Unknown(_, known) => {
                let known: Vec<_> = known.iter().map(|symbol| format!("`{symbol}`")).collect();
                return format!("expected a number or one of {}", known.join(", "));
            }
            Problem::Number(_) => "expected a number such as `2`, `0.5` or `1e-3`",
            Problem::TooLarge(_) => return format!("expected at most {:e}", f64::MAX),
            Problem::MissingOperands { .. } => "its operands have to come before it",
            Problem::LeftOver => "left over at the end",
            Problem::ExpectedOperand(_) => "expected a number, a sign or `(`",
            Problem::ExpectedOperator(_) => "expected an operator, `)` or the end",
            Problem::Unclosed => "`)` is missing",
            Problem::Unopened => "`(` is missing",
            Problem::TooDeep => "this operator is one too many",
        };
        label.to_owned()
    }

    /// Returns what was probably meant.
    pub fn help(&self) -> Option<String> {
        let Problem::Unknown(found, known) = self else { return None };
        // A sign is near to every other.
        let words = known.iter().copied().filter(|symbol| symbol.len() > 1);
        nearest(found, words).map(|word| format!("did you mean `{word}`?"))
    }
}

/// A piece of the text, shortened, or its end.
struct Found<'a>(&'a str);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN_CHARS: usize = 40;
        if self.0.is_empty() {
            return f.write_str("the end");
        }
        let shown: String = self.0.chars().take(SHOWN_CHARS).collect();
        let more = if shown.len() < self.0.len() { "…" } else { "" };
        write!(f, "`{}{more}`", shown.escape_debug())
    }
}

/// A number of operands, with the plural where it is due.
struct Operands(Arity);

impl fmt::Display for Operands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Arity::One => "1 operand",
            Arity::Two => "2 operands",
        })
    }
}
