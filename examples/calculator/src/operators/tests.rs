//! Tests of operators that do not go together.

use super::*;
use crate::operator::ArithmeticError;

struct Fake(&'static str, &'static str, Arity);

impl Operator for Fake {
    fn symbol(&self) -> &'static str {
        self.0
    }

    fn postfix_symbol(&self) -> &'static str {
        self.1
    }

    fn arity(&self) -> Arity {
        self.2
    }

    fn precedence(&self) -> u8 {
        0
    }

    fn apply(&self, _given: &[f64]) -> Result<f64, ArithmeticError> {
        Err(ArithmeticError::NotReal)
    }
}

fn put_together<const N: usize>(fakes: [Fake; N]) -> Result<Operators, OperatorsError> {
    Operators::new(fakes.into_iter().map(|fake| Arc::new(fake) as Arc<dyn Operator>).collect())
}

#[test]
fn one_symbol_for_a_unary_and_a_binary_operator() {
    let operators = put_together([Fake("-", "-", Arity::Two), Fake("-", "neg", Arity::One)]);
    let operators = operators.unwrap();
    let postfix = |arity| operators.infix("-", arity).unwrap().postfix_symbol();
    assert_eq!((postfix(Arity::One), postfix(Arity::Two)), ("neg", "-"));
    assert_eq!(operators.postfix("neg").unwrap().arity(), Arity::One);
    assert_eq!(operators.symbols(|operator| operator.symbol()), ["-"]);
}

#[test]
fn the_longest_symbol_is_meant() {
    let operators = put_together([Fake("*", "*", Arity::Two), Fake("**", "**", Arity::Two)]);
    let operators = operators.unwrap();
    assert_eq!(operators.symbol_at_start("**2"), Some("**"));
    assert_eq!(operators.symbol_at_start("*2"), Some("*"));
    assert_eq!(operators.symbol_at_start("2"), None);
}

#[test]
fn two_operators_that_could_be_mistaken_for_each_other() {
    let error = put_together([Fake("+", "+", Arity::Two), Fake("+", "add", Arity::Two)]);
    assert_eq!(error.unwrap_err().to_string(), "several operators with 2 operands are written `+`");
    let error = put_together([Fake("-", "-", Arity::Two), Fake("-", "-", Arity::One)]);
    assert_eq!(
        error.unwrap_err().to_string(),
        "several operators are written `-` in reverse Polish notation"
    );
}

#[test]
fn symbols_that_no_parser_would_find() {
    for symbol in ["", " ", "2", "x2", "a+", "(", "e.", "+ +", ")"] {
        for fake in [Fake(symbol, "a", Arity::Two), Fake("a", symbol, Arity::Two)] {
            assert_eq!(put_together([fake]).unwrap_err(), OperatorsError::Symbol { symbol });
        }
    }
    for symbol in ["mod", "√", "÷", "<<", "Σ"] {
        put_together([Fake(symbol, symbol, Arity::One)]).unwrap();
    }
}
