//! Tests of what is answered, without a terminal.

use std::collections::VecDeque;
use std::sync::Mutex;

use expect_test::{Expect, expect};

use super::*;
use crate::expression::Expression;
use crate::expression::parser::{ParseError, Parser, Problem};

/// Lines that are there already.
struct Script {
    lines: Mutex<VecDeque<&'static str>>,
    are_typed: bool,
}

impl Lines for Script {
    fn next(&self) -> Result<Option<String>> {
        Ok(self.lines.lock().unwrap().pop_front().map(str::to_owned))
    }

    fn are_typed(&self) -> bool {
        self.are_typed
    }
}

/// What is said in answer to lines, mistakes after answers, and with which error it ends.
#[track_caller]
fn check(calculator: &Calculator, are_typed: bool, lines: &[&'static str], expected: Expect) {
    let script = Script { lines: Mutex::new(lines.iter().copied().collect()), are_typed };
    let (mut answers, mut mistakes) = (Vec::new(), Vec::new());
    let mut output = Output { answers: &mut answers, mistakes: &mut mistakes, colours: false };
    let end = match answer(calculator, &script, &mut output) {
        Ok(()) => "the end".to_owned(),
        Err(error) => format!("usage: {}\n{error}", error.is::<UsageError>()),
    };
    let said = [answers, mistakes].concat();
    expected.assert_eq(&format!("{}{end}\n", String::from_utf8(said).unwrap()));
}

#[thinking::test]
fn a_person_may_try_again(calculator: Arc<Calculator>) {
    let lines = ["2 3 +", "2 +", "", "1 0 /", "4 5 *"];
    check(
        &calculator,
        true,
        &lines,
        expect![[r#"
        reverse Polish notation, such as `1 2 + 4 * 5 -`; ^D ends
        (Value(2.0) + Value(3.0)) = 5.0
        (Value(4.0) * Value(5.0)) = 20.0
        error: `+` takes 2 operands, found 1
         --> standard input:2:3
          |
        2 | 2 +
          |   ^ its operands have to come before it
          |
          = note: this is read as reverse Polish notation, such as `1 2 + 4 * 5 -`; the setting `calculator.notation` chooses
        error: `1.0 / 0.0` has no value
         --> standard input:4:5
          |
        4 | 1 0 /
          |     ^ division by zero
        the end
    "#]],
    );
}

#[thinking::test]
fn a_file_ends_at_the_first_mistake(calculator: Arc<Calculator>) {
    check(
        &calculator,
        false,
        &[],
        expect![[r#"
        the end
    "#]],
    );
    check(
        &calculator,
        false,
        &["", "2 3 +", " ", "4 neg"],
        expect![[r#"
        (Value(2.0) + Value(3.0)) = 5.0
        (- Value(4.0)) = -4.0
        the end
    "#]],
    );
    check(
        &calculator,
        false,
        &["2 3 +", "", "2 + é", "4 neg"],
        expect![[r#"
        (Value(2.0) + Value(3.0)) = 5.0
        usage: true
        error: `+` takes 2 operands, found 1
         --> standard input:3:3
          |
        3 | 2 + é
          |   ^ its operands have to come before it
          |
          = note: this is read as reverse Polish notation, such as `1 2 + 4 * 5 -`; the setting `calculator.notation` chooses
    "#]],
    );
    check(
        &calculator,
        false,
        &["1 0 /", "4 neg"],
        expect![[r#"
        usage: false
        error: `1.0 / 0.0` has no value
         --> standard input:1:5
          |
        1 | 1 0 /
          |     ^ division by zero
    "#]],
    );
}

/// A notation that no setting has, and in which nothing can be read.
struct Roman;

impl Parser for Roman {
    fn notation(&self) -> &'static str {
        "Roman numerals"
    }

    fn example(&self) -> &'static str {
        "II plus III"
    }

    fn parse(&self, text: &str) -> Result<Expression, ParseError> {
        Err(ParseError { at: 0..text.len(), problem: Problem::Number(text.to_owned()) })
    }
}

/// One test has another parser than the program; nothing else is told about it.
#[thinking::test(with(dyn Parser = Roman))]
fn what_is_said_names_the_notation_of_the_parser(calculator: Arc<Calculator>) {
    check(
        &calculator,
        true,
        &["V"],
        expect![[r#"
            Roman numerals, such as `II plus III`; ^D ends
            error: `V` is no number
             --> standard input:1:1
              |
            1 | V
              | ^ expected a number such as `2`, `0.5` or `1e-3`
              |
              = note: this is read as Roman numerals, such as `II plus III`; the setting `calculator.notation` chooses
            the end
        "#]],
    );
}

/// Accepts nothing, as a pipe whose reader is gone.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[thinking::test]
fn nobody_reads_the_answers_any_more(calculator: Arc<Calculator>) {
    let lines = Mutex::new(["2 3 +", "4 neg"].into());
    let script = Script { lines, are_typed: false };
    let mut output = Output { answers: &mut Closed, mistakes: &mut Closed, colours: false };
    answer(&calculator, &script, &mut output).unwrap();
    assert_eq!(script.lines.lock().unwrap().len(), 1);
}

/// Evaluates arguments in one of the notations.
#[track_caller]
fn check_arguments(setting: &str, arguments: &[&str], expected: &str) {
    let arguments = arguments.iter().map(Into::into).collect();
    let answer = App::builder(thinking::main_module!())
        .root(env!("CARGO_MANIFEST_DIR"))
        .environment([])
        .set(setting)
        .call(|calculator: Arc<Calculator>| evaluate(&calculator, &arguments));
    assert_eq!(answer.unwrap().to_string(), expected);
}

#[test]
fn arguments_are_one_expression() {
    let rpn = "calculator.notation=rpn";
    check_arguments(rpn, &["2 3 +"], "(Value(2.0) + Value(3.0)) = 5.0");
    check_arguments(rpn, &["2", "3", "+"], "(Value(2.0) + Value(3.0)) = 5.0");
    let infix = "calculator.notation=infix";
    check_arguments(
        infix,
        &["-2", "*", "(3+4)"],
        "((- Value(2.0)) * (Value(3.0) + Value(4.0))) = -14.0",
    );
}

#[test]
fn without_arguments_an_example_is_evaluated() {
    let expected = "(((Value(1.0) + Value(2.0)) * Value(4.0)) - Value(5.0)) = 7.0";
    check_arguments("calculator.notation=rpn", &[], expected);
    check_arguments("calculator.notation=infix", &[], expected);
}
