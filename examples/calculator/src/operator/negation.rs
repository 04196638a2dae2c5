//! `-` before an operand

use thinking::prelude::*;

use super::multiplication::Multiplication;
use super::{ArithmeticError, Arity, Operator, operands};

/// A number with the other sign: `-a` is `-1 * a`.
#[component(provides = dyn Operator)]
pub(super) struct Negation {
    multiplication: Arc<Multiplication>,
}

impl Operator for Negation {
    fn symbol(&self) -> &'static str {
        "-"
    }

    fn postfix_symbol(&self) -> &'static str {
        "neg"
    }

    fn arity(&self) -> Arity {
        Arity::One
    }

    fn precedence(&self) -> u8 {
        30
    }

    fn apply(&self, given: &[f64]) -> Result<f64, ArithmeticError> {
        let [operand] = operands(given)?;
        self.multiplication.apply(&[-1.0, operand])
    }
}
