//! `^`

use thinking::prelude::*;

use super::{ArithmeticError, Associativity, Operator, operands};

/// A number raised to the power of another.
#[component(provides = dyn Operator)]
pub(super) struct Power;

impl Operator for Power {
    fn symbol(&self) -> &'static str {
        "^"
    }

    fn precedence(&self) -> u8 {
        40
    }

    fn associativity(&self) -> Associativity {
        Associativity::Right
    }

    fn apply(&self, given: &[f64]) -> Result<f64, ArithmeticError> {
        match operands(given)? {
            [0.0, exponent] if exponent < 0.0 => Err(ArithmeticError::DivisionByZero),
            [base, exponent] => Ok(base.powf(exponent)),
        }
    }
}
