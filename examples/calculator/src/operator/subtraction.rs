//! `-` between two operands

use thinking::prelude::*;

use super::addition::Addition;
use super::multiplication::Multiplication;
use super::{ArithmeticError, Operator, operands};

/// The difference of two numbers: `a - b` is `a + -1 * b`.
///
/// It is one of the operators and uses two others. They are asked for by their own types, as
/// nothing else than these will do.
#[component(provides = dyn Operator)]
pub(super) struct Subtraction {
    addition: Arc<Addition>,
    multiplication: Arc<Multiplication>,
}

impl Operator for Subtraction {
    fn symbol(&self) -> &'static str {
        "-"
    }

    fn precedence(&self) -> u8 {
        10
    }

    fn apply(&self, given: &[f64]) -> Result<f64, ArithmeticError> {
        let [left, right] = operands(given)?;
        // Multiplying by -1 only changes the sign, so nothing is rounded twice.
        self.addition.apply(&[left, self.multiplication.apply(&[-1.0, right])?])
    }
}
