//! Tests of the values of expressions.

use super::*;
use crate::expression::parser::Parser;

/// Each row is a test of its own: `cargo xtask test expression::evaluator::tests::values::signs`.
#[thinking::test(set(calculator.notation = "infix"))]
#[row(named("a_number"), "7", 7.0)]
#[row(named("parentheses"), "(1 + 2) * 4 - 5", 7.0)]
#[row(named("from_the_left"), "8 - 4 - 2", 2.0)]
#[row(named("from_the_right"), "2 ^ 3 ^ 2", 512.0)]
#[row(named("a_sign_binds_less_than_a_power"), "-2 ^ 2", -4.0)]
#[row(named("unless_it_is_in_parentheses"), "(-2) ^ 2", 4.0)]
#[row(named("a_power_below_one"), "2 ^ -2", 0.25)]
#[row(named("signs"), "2 * -3 - -4", -2.0)]
#[row(named("quotients"), "64 / 4 / 2 * 8", 64.0)]
fn values(text: &str, expected: f64, evaluator: Arc<Evaluator>, parser: Arc<dyn Parser>) {
    let expression = parser.parse(text).unwrap();
    assert_eq!(evaluator.evaluate(&expression), Ok(expected));
}

/// Each combination is a test of its own, from `base_2_exponent_0` to `base_3_exponent_4`.
#[thinking::test(set(calculator.notation = "infix"))]
fn powers_of_products(
    #[values(2, 3)] base: u32,
    #[values(0, 1, 4)] exponent: u32,
    evaluator: Arc<Evaluator>,
    parser: Arc<dyn Parser>,
) {
    let value = |text: String| evaluator.evaluate(&parser.parse(&text).unwrap());
    let product = value(format!("(5 * {base}) ^ {exponent}"));
    assert_eq!(product, value(format!("5 ^ {exponent} * {base} ^ {exponent}")));
}

#[thinking::test(set(calculator.notation = "rpn"))]
fn operations_without_a_value(evaluator: Arc<Evaluator>, parser: Arc<dyn Parser>) {
    let check = |text: &str, operation: &str, at, source: ArithmeticError| {
        let expression = parser.parse(text).unwrap();
        let expected = EvaluationError { operation: operation.to_owned(), at, source };
        assert_eq!(evaluator.evaluate(&expression), Err(expected), "{text}");
    };
    check("1 0 /", "1.0 / 0.0", 4..5, ArithmeticError::DivisionByZero);
    check("1 2 2 - / 3 +", "1.0 / 0.0", 8..9, ArithmeticError::DivisionByZero);
    check("8 neg .5 ^", "-8.0 ^ 0.5", 9..10, ArithmeticError::NotReal);
    check("10 400 ^ neg", "10.0 ^ 400.0", 7..8, ArithmeticError::TooLarge);
    check("1e308 10 neg *", "1e308 * -10.0", 13..14, ArithmeticError::TooLarge);
    // The first that is computed.
    check("1 0 / 2 0 / +", "1.0 / 0.0", 4..5, ArithmeticError::DivisionByZero);
}
