//! Reverse Polish notation.

use thinking::prelude::*;

use super::{Parser, refused};

#[thinking::test(set(calculator.notation = "rpn"))]
fn expressions(rpn: Arc<dyn Parser>) {
    let check = |text: &str, expected: &str| {
        assert_eq!(rpn.parse(text).unwrap().to_string(), expected, "{text}");
    };
    check("2", "Value(2.0)");
    check("-2", "Value(-2.0)");
    check(" .5\t2.  + \n", "(Value(0.5) + Value(2.0))");
    check("1e3 2E-3 -1.5e+2 * -", "(Value(1000.0) - (Value(0.002) * Value(-150.0)))");
    check("8 neg -6 +", "((- Value(8.0)) + Value(-6.0))");
    check("2 3 ^ 4 ^", "((Value(2.0) ^ Value(3.0)) ^ Value(4.0))");
    check("2 3 4 ^ ^", "(Value(2.0) ^ (Value(3.0) ^ Value(4.0)))");
}

#[thinking::test(set(calculator.notation = "rpn"))]
fn mistakes(rpn: Arc<dyn Parser>) {
    let check = |marked: &str, message: &str| refused(&*rpn, marked, message);
    check("«»", "the expression is empty");
    check("« \t »", "the expression is empty");
    check("2 «+»", "`+` takes 2 operands, found 1");
    check("«neg»", "`neg` takes 1 operand, found 0");
    check("2 3 + «*» 4", "`*` takes 2 operands, found 1");
    check("«2» 3", "no operator takes this operand");
    check("«1 2 +» 4 5 -", "no operator takes this operand");
    check("1 «2» 3", "no operator takes this operand");
    check("2 «mod» 3", "unknown symbol `mod`");
    check("«(2» + 3)", "unknown symbol `(2`");
}

#[thinking::test(set(calculator.notation = "rpn"))]
fn numbers_that_are_none(rpn: Arc<dyn Parser>) {
    let check = |marked: &str, message: &str| refused(&*rpn, marked, message);
    for word in ["1.2.3", "3+", "-3-", "2e", "1,5", "0x10", "1_000", ".", "-.", "1e2.5", "2é"] {
        check(&format!("7 «{word}» +"), &format!("`{word}` is no number"));
    }
    check("«1e309»", "`1e309` is too large");
    check("1 «-1e309» +", "`-1e309` is too large");
    // The standard library would read these.
    for word in ["inf", "-inf", "nan", "+5", "infinity"] {
        check(&format!("«{word}»"), &format!("unknown symbol `{word}`"));
    }
}

#[thinking::test(set(calculator.notation = "rpn"))]
fn what_was_probably_meant(rpn: Arc<dyn Parser>) {
    let help = |text: &str| rpn.parse(text).unwrap_err().problem.help();
    assert_eq!(help("8 nge").as_deref(), Some("did you mean `neg`?"));
    assert_eq!(help("8 sine"), None);
    assert_eq!(help("8 2 &"), None);
}
