//! `/`

use thinking::prelude::*;

use super::{ArithmeticError, Operator, operands};

/// The quotient of two numbers.
#[component(provides = dyn Operator)]
pub(super) struct Division;

impl Operator for Division {
    fn symbol(&self) -> &'static str {
        "/"
    }

    fn precedence(&self) -> u8 {
        20
    }

    fn apply(&self, given: &[f64]) -> Result<f64, ArithmeticError> {
        match operands(given)? {
            [_, 0.0] => Err(ArithmeticError::DivisionByZero),
            [dividend, divisor] => Ok(dividend / divisor),
        }
    }
}
