//! `%`

use thinking::prelude::*;

use super::{ArithmeticError, Operator, operands};

/// What a division leaves over; it has the sign of the dividend.
#[component(provides = dyn Operator)]
struct Remainder;

impl Operator for Remainder {
    fn symbol(&self) -> &'static str {
        "%"
    }

    fn precedence(&self) -> u8 {
        20
    }

    fn apply(&self, given: &[f64]) -> Result<f64, ArithmeticError> {
        match operands(given)? {
            [_, 0.0] => Err(ArithmeticError::DivisionByZero),
            [dividend, divisor] => Ok(dividend % divisor),
        }
    }
}
