//! `*`

use thinking::prelude::*;

use super::{ArithmeticError, Operator, operands};

/// The product of two numbers.
#[component(provides = dyn Operator)]
pub(super) struct Multiplication;

impl Operator for Multiplication {
    fn symbol(&self) -> &'static str {
        "*"
    }

    fn precedence(&self) -> u8 {
        20
    }

    fn apply(&self, given: &[f64]) -> Result<f64, ArithmeticError> {
        let [left, right] = operands(given)?;
        Ok(left * right)
    }
}
