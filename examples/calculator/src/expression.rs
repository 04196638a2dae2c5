//! An expression as a tree, whichever way it was written.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::operator::{Arity, Operator};

pub mod evaluator;
pub mod parser;

/// The depth that a tree may have. Trees are visited recursively, and the stack has an end.
pub const MAX_DEPTH: usize = 500;

/// A number, or an operator with its operands.
#[derive(Debug, Clone)]
pub struct Expression {
    node: Node,
    range: Range<usize>,
    depth: usize,
}

/// What an [`Expression`] consists of.
#[derive(Debug, Clone)]
pub enum Node {
    /// A number.
    Value(f64),
    /// An operator with its operands.
    Operation {
        /// The operator.
        operator: Arc<dyn Operator>,
        /// Where the operator stands in the text, in bytes.
        at: Range<usize>,
        /// As many as its arity says.
        operands: Vec<Expression>,
    },
}

impl Expression {
    /// Makes an expression of a number that stands in a range of bytes of the text.
    pub fn value(value: f64, range: Range<usize>) -> Self {
        Expression { node: Node::Value(value), range, depth: 1 }
    }

    /// Makes an expression of an operator at `at` and its operands; `None` if the tree would be
    /// deeper than [`MAX_DEPTH`].
    pub fn operation(
        operator: Arc<dyn Operator>,
        at: Range<usize>,
        operands: Vec<Expression>,
    ) -> Option<Self> {
        let mut range = at.clone();
        let mut depth = 1;
        for operand in &operands {
            range = range.start.min(operand.range.start)..range.end.max(operand.range.end);
            depth = depth.max(operand.depth + 1);
        }
        let node = Node::Operation { operator, at, operands };
        (depth <= MAX_DEPTH).then_some(Expression { node, range, depth })
    }

    /// Returns what it consists of.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Returns where it stands in the text, operands included, in bytes.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }
}

/// With all parentheses, and each number as `Value(…)`: `(Value(2.0) + Value(3.0))`.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Value(value) => write!(f, "Value({value:?})"),
            Node::Operation { operator, operands, .. } => match (operator.arity(), &operands[..]) {
                (Arity::Two, [left, right]) => write!(f, "({left} {} {right})", operator.symbol()),
                (_, operands) => {
                    write!(f, "({}", operator.symbol())?;
                    operands.iter().try_for_each(|operand| write!(f, " {operand}"))?;
                    f.write_str(")")
                }
            },
        }
    }
}

/// Equal in structure, wherever the parts stand in their texts.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        match (&self.node, &other.node) {
            (Node::Value(value), Node::Value(other)) => value == other,
            (
                Node::Operation { operator, operands, .. },
                Node::Operation { operator: other_operator, operands: other_operands, .. },
            ) => {
                operator.postfix_symbol() == other_operator.postfix_symbol()
                    && operands == other_operands
            }
            _ => false,
        }
    }
}
