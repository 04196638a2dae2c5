//! Computes the value of an expression.

use std::ops::Range;

use thinking::prelude::*;
use thiserror::Error;

use super::{Expression, Node};
use crate::operator::{ArithmeticError, Operator};

#[cfg(test)]
mod tests;

/// Applies each operator to the values of its operands.
#[component]
pub struct Evaluator;

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("`{operation}` has no value")]
pub struct EvaluationError {
    /// The operator with the values of its operands.
    pub operation: String,
    /// Where the operator stands in the text, in bytes.
    pub at: Range<usize>,
    /// Why it has no value.
    pub source: ArithmeticError,
}

impl Evaluator {
    /// Computes the value, which is finite.
    ///
    /// # Errors
    ///
    /// An operation has no finite value. Of several, the one that is computed first is reported.
    pub fn evaluate(&self, expression: &Expression) -> Result<f64, EvaluationError> {
        let (operator, at, operands) = match expression.node() {
            Node::Value(value) => return Ok(*value),
            Node::Operation { operator, at, operands } => (operator, at, operands),
        };
        let mut values = Vec::with_capacity(operands.len());
        for operand in operands {
            values.push(self.evaluate(operand)?);
        }
        apply(&**operator, &values).map_err(|source| {
            let operation = operation(&**operator, &values);
            EvaluationError { operation, at: at.clone(), source }
        })
    }
}

fn apply(operator: &dyn Operator, values: &[f64]) -> Result<f64, ArithmeticError> {
    let result = operator.apply(values).and_then(finite);
    match &result {
        Ok(value) => tracing::debug!("{} = {value:?}", operation(operator, values)),
        Err(error) => tracing::debug!("{}: {error}", operation(operator, values)),
    }
    result
}

fn finite(value: f64) -> Result<f64, ArithmeticError> {
    match value {
        _ if value.is_nan() => Err(ArithmeticError::NotReal),
        _ if value.is_infinite() => Err(ArithmeticError::TooLarge),
        _ => Ok(value),
    }
}

fn operation(operator: &dyn Operator, values: &[f64]) -> String {
    let symbol = operator.symbol();
    match values {
        [left, right] => format!("{left:?} {symbol} {right:?}"),
        _ => values.iter().fold(symbol.to_owned(), |text, value| format!("{text} {value:?}")),
    }
}
