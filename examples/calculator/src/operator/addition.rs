//! `+`

use thinking::prelude::*;

use super::{ArithmeticError, Operator, operands};

/// The sum of two numbers.
#[component(provides = dyn Operator)]
pub(super) struct Addition;

impl Operator for Addition {
    fn symbol(&self) -> &'static str {
        "+"
    }

    fn precedence(&self) -> u8 {
        10
    }

    fn apply(&self, given: &[f64]) -> Result<f64, ArithmeticError> {
        let [left, right] = operands(given)?;
        Ok(left + right)
    }
}
