//! Infix notation.

use thinking::prelude::*;

use super::{Parser, refused};

#[thinking::test(set(calculator.notation = "infix"))]
fn precedence_and_associativity(infix: Arc<dyn Parser>) {
    let check = |text: &str, expected: &str| {
        let tree = infix.parse(text).unwrap().to_string();
        assert_eq!(tree.replace("Value", "").replace(".0", ""), expected, "{text}");
    };
    check("1+2*3", "((1) + ((2) * (3)))");
    check("(1+2)*3", "(((1) + (2)) * (3))");
    check("8-4-2", "(((8) - (4)) - (2))");
    check("8-(4-2)", "((8) - ((4) - (2)))");
    check("2^3^4", "((2) ^ ((3) ^ (4)))");
    check("-2^4", "(- ((2) ^ (4)))");
    check("2^-3*4", "(((2) ^ (- (3))) * (4))");
    check("2--3", "((2) - (- (3)))");
    check("--2", "(- (- (2)))");
    check("-2*3", "((- (2)) * (3))");
    check("((7))", "(7)");
    check("2e3-1", "((2000) - (1))");
    check(" 6 /\n3 ", "((6) / (3))");
}

#[thinking::test(set(calculator.notation = "infix"))]
fn mistakes(infix: Arc<dyn Parser>) {
    let check = |marked: &str, message: &str| refused(&*infix, marked, message);
    check("«»", "the expression is empty");
    check("«  »", "the expression is empty");
    check("2 +«» ", "expected an operand, found the end");
    check("2 + «*» 3", "expected an operand, found `*`");
    check("(«)»", "expected an operand, found `)`");
    check("2 «3»", "expected an operator, found `3`");
    check("2 «(»3)", "expected an operator, found `(`");
    check("«(»2 + 3", "a parenthesis is never closed");
    check("(2 + «(»3 * 4", "a parenthesis is never closed");
    check("2 + 3«)» * 4", "a parenthesis was never opened");
    check("2 «mod» 3", "unknown symbol `mod`");
    check("2 + «é»", "unknown symbol `é`");
    check("2 «&»& 3", "unknown symbol `&`");
    check("«1.2.3» + 4", "`1.2.3` is no number");
    check("4 / «1e999»", "`1e999` is too large");
    check("2«e»", "unknown symbol `e`");
    check("«inf»", "unknown symbol `inf`");
}
