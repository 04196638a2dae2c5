//! Tests of both parsers: what they read, what they refuse, and that they agree.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use thinking::tests;

use super::infix::Infix;
use super::rpn::Rpn;
use super::*;
use crate::expression::evaluator::Evaluator;
use crate::expression::{MAX_DEPTH, Node};
use crate::operator::Associativity;
use crate::operators::Operators;

mod infix;
mod rpn;

/// Both parsers, of which a program has one.
fn both(operators: &Arc<Operators>) -> (Rpn, Infix) {
    (Rpn { operators: operators.clone() }, Infix { operators: operators.clone() })
}

/// A text in which the place of a mistake stands between `«` and `»`.
#[track_caller]
fn refused(parser: &dyn Parser, marked: &str, message: &str) {
    let text = marked.replace(['«', '»'], "");
    let start = marked.find('«').unwrap();
    let end = marked.find('»').unwrap() - '«'.len_utf8();
    let error = parser.parse(&text).map(|expression| expression.to_string()).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.at), (message, start..end), "{marked}");
}

/// Any tree of all operators. Signs are operations of their own here: a value has none.
fn trees(operators: &Operators) -> impl Strategy<Value = Expression> + use<> {
    let operators: Vec<_> = operators.iter().cloned().collect();
    let value = prop_oneof![
        (0..10_u8).prop_map(f64::from),
        0.0..f64::MAX,
        prop::num::f64::POSITIVE | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
    ];
    let leaf = value.prop_map(|value| Expression::value(value.abs(), 0..0));
    leaf.prop_recursive(8, 64, 2, move |inner| {
        let operators = prop::sample::select(operators.clone());
        (operators, inner.clone(), inner).prop_map(|(operator, left, right)| {
            let mut operands = vec![left, right];
            operands.truncate(operator.arity().count());
            Expression::operation(operator, 0..0, operands).unwrap()
        })
    })
}

/// Writes a tree in reverse Polish notation.
fn postfix(tree: &Expression) -> String {
    match tree.node() {
        Node::Value(value) => format!("{value:?}"),
        Node::Operation { operator, operands, .. } => {
            let operands = operands.iter().map(|operand| postfix(operand) + " ");
            operands.collect::<String>() + operator.postfix_symbol()
        }
    }
}

/// Writes a tree in infix notation, with `gap` between the tokens and as few parentheses as
/// precedence and associativity allow.
fn infix(tree: &Expression, gap: &str) -> String {
    let Node::Operation { operator, operands, .. } = tree.node() else { return postfix(tree) };
    let (symbol, precedence) = (operator.symbol(), operator.precedence());
    let closed = |operand: &Expression, is_first_to_apply: bool| {
        let text = infix(operand, gap);
        match operand.node() {
            Node::Operation { operator: inner, .. } => {
                let binds = match is_first_to_apply {
                    true => inner.precedence() >= precedence,
                    false => inner.precedence() > precedence,
                };
                if binds { text } else { format!("({gap}{text}{gap})") }
            }
            Node::Value(_) => text,
        }
    };
    match &operands[..] {
        [left, right] => {
            let is_left = operator.associativity() == Associativity::Left;
            let (left, right) = (closed(left, is_left), closed(right, !is_left));
            format!("{left}{gap}{symbol}{gap}{right}")
        }
        [operand] => format!("{symbol}{gap}{}", closed(operand, true)),
        _ => unreachable!(),
    }
}

fn check_all<T: std::fmt::Debug>(
    strategy: &impl Strategy<Value = T>,
    test: impl Fn(T) -> Result<(), TestCaseError>,
) {
    let mut runner = TestRunner::default();
    // The report says how many there were; `PROPTEST_CASES` may ask for more.
    tests::detail("inputs", runner.config().cases);
    runner.run(strategy, test).unwrap_or_else(|error| panic!("{error}"));
}

/// Texts of tokens, which may go far before they are refused, and any texts.
fn texts() -> impl Strategy<Value = String> {
    let tokens =
        ["1", "2.5", ".5", "-3", "+", "-", "*", "/", "^", "neg", "(", ")", " ", "é", "1e9"];
    let tokens = prop::collection::vec(prop::sample::select(tokens.to_vec()), 0..12);
    prop_oneof![
        tokens.clone().prop_map(|tokens| tokens.join(" ")),
        tokens.prop_map(|tokens| tokens.concat()),
        any::<String>(),
    ]
}

/// Many inputs each, so these take longest: `cargo xtask test --tag '!property'` leaves them out.
#[thinking::tests(tags("property"), timeout = "5m")]
mod properties {
    use super::*;

    #[thinking::test]
    fn a_tree_comes_back_from_either_notation(
        operators: Arc<Operators>,
        evaluator: Arc<Evaluator>,
    ) {
        let (rpn, infix_parser) = both(&operators);
        check_all(
            &(trees(&operators), prop::sample::select(vec!["", " ", "\t\n"])),
            |(tree, gap)| {
                let from_postfix = rpn.parse(&postfix(&tree)).unwrap();
                prop_assert_eq!(&from_postfix, &tree);
                let text = infix(&tree, gap);
                let from_infix = infix_parser.parse(&text).unwrap();
                prop_assert_eq!(&from_infix, &tree, "{}", text);
                // The places differ, and nothing else.
                match (evaluator.evaluate(&from_postfix), evaluator.evaluate(&from_infix)) {
                    (Ok(left), Ok(right)) => prop_assert_eq!(left.to_bits(), right.to_bits()),
                    (Err(left), Err(right)) => {
                        prop_assert_eq!(
                            (left.operation, left.source),
                            (right.operation, right.source)
                        );
                    }
                    (left, right) => prop_assert!(false, "{:?} is not {:?}", left, right),
                }
                Ok(())
            },
        );
    }

    #[thinking::test]
    fn whatever_the_text_there_is_an_expression_or_a_place(operators: Arc<Operators>) {
        let (rpn, infix) = both(&operators);
        check_all(&texts(), |text| {
            for parser in [&rpn as &dyn Parser, &infix] {
                match parser.parse(&text) {
                    Ok(expression) => prop_assert!(text.get(expression.range()).is_some()),
                    Err(error) => prop_assert!(text.get(error.at.clone()).is_some(), "{:?}", error),
                }
            }
            Ok(())
        });
    }
}

#[thinking::test]
fn examples_are_read(operators: Arc<Operators>, evaluator: Arc<Evaluator>) {
    let (rpn, infix) = both(&operators);
    for parser in [&rpn as &dyn Parser, &infix] {
        let example = parser.parse(parser.example()).unwrap();
        let expected = "(((Value(1.0) + Value(2.0)) * Value(4.0)) - Value(5.0))";
        assert_eq!(example.to_string(), expected);
        assert_eq!(evaluator.evaluate(&example), Ok(7.0));
    }
}

#[thinking::test]
fn the_default_is_reverse_polish_notation(only: Arc<dyn Parser>) {
    assert_eq!(only.notation(), "reverse Polish notation");
}

#[thinking::test(set(calculator.notation = "infix"))]
fn a_setting_chooses_infix_notation(all: Vec<Arc<dyn Parser>>) {
    let notations: Vec<_> = all.iter().map(|parser| parser.notation()).collect();
    assert_eq!(notations, ["infix notation"]);
}

/// As deep as is allowed, and one more; the stack of a test is smaller than that of a program.
#[thinking::test]
fn depth_has_an_end(operators: Arc<Operators>, evaluator: Arc<Evaluator>) {
    let (rpn, infix) = both(&operators);
    let operators = MAX_DEPTH - 1;
    let check = |parser: &dyn Parser, text: &dyn Fn(usize) -> String, value: f64| {
        let deepest = parser.parse(&text(operators)).unwrap();
        assert_eq!(evaluator.evaluate(&deepest), Ok(value));
        assert!(deepest.to_string().len() > operators);
        let error = parser.parse(&text(operators + 1)).unwrap_err();
        assert_eq!(error.problem, Problem::TooDeep);
        assert_eq!(parser.parse(&text(100_000)).unwrap_err().problem, Problem::TooDeep);
    };
    let sum = MAX_DEPTH as f64;
    check(&rpn, &|n| "1 ".repeat(n + 1) + &"+ ".repeat(n), sum);
    check(&rpn, &|n| "1 ".to_owned() + &"1 + ".repeat(n), sum);
    check(&infix, &|n| "1 + ".repeat(n) + "1", sum);
    check(&infix, &|n| "-".repeat(n) + "1", -1.0);
    check(&infix, &|n| "1 + (".repeat(n) + "1" + &")".repeat(n), sum);
    // Parentheses alone make no tree deeper.
    let many = "(".repeat(100_000) + "1" + &")".repeat(100_000);
    assert_eq!(infix.parse(&many).unwrap(), Expression::value(1.0, 0..0));
}
