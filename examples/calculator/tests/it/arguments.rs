//! The program that evaluates the expression on its command line.

use expect_test::{Expect, expect};

use crate::jail::Jail;

/// One line on standard output, and nothing else.
#[track_caller]
fn answers(arguments: &[&str], expected: &str) {
    let ended = Jail::new().calculator(arguments);
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""), "{arguments:?}");
    assert_eq!(ended.stdout, format!("{expected}\n"));
}

#[track_caller]
fn refuses(arguments: &[&str], code: i32, expected: Expect) {
    let ended = Jail::new().calculator(arguments);
    assert_eq!((ended.code, &*ended.stdout), (Some(code), ""), "{}", ended.stderr);
    expected.assert_eq(&ended.stderr);
}

#[test]
fn an_expression() {
    answers(&["2 3 +"], "(Value(2.0) + Value(3.0)) = 5.0");
    answers(&["run", "2 3 +"], "(Value(2.0) + Value(3.0)) = 5.0");
    answers(&["2", "3", "+"], "(Value(2.0) + Value(3.0)) = 5.0");
}

#[test]
fn no_expression() {
    answers(&[], "(((Value(1.0) + Value(2.0)) * Value(4.0)) - Value(5.0)) = 7.0");
}

#[test]
fn an_expression_that_begins_with_a_sign() {
    let expected = "((((Value(-8.0) + Value(6.0)) * Value(-5.0)) - Value(4.0)) / Value(3.0)) = 2.0";
    answers(&["-8 6 + -5 * 4 - 3 /"], expected);
    answers(&["--", "-8 6 + -5 * 4 - 3 /"], expected);
    answers(&["-8", "6", "+", "-5", "*", "4", "-", "3", "/"], expected);
}

#[test]
fn an_expression_among_options() {
    let infix = ["-(2 + 3)", "--set", "calculator.notation=infix", "^ 2", "--profile", "debug"];
    let ended = Jail::new().calculator(&infix);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout, "(- ((Value(2.0) + Value(3.0)) ^ Value(2.0))) = -25.0\n");
    let logged: Vec<_> = ended.stderr.lines().map(|line| &line[20..]).collect();
    assert_eq!(
        logged,
        [
            "DEBUG calculator::expression::evaluator 2.0 + 3.0 = 5.0",
            "DEBUG calculator::expression::evaluator 5.0 ^ 2.0 = 25.0",
            "DEBUG calculator::expression::evaluator - 25.0 = -25.0",
        ]
    );
}

#[test]
fn malformed_expressions() {
    refuses(
        &["2 +"],
        2,
        expect![[r#"
        error: `+` takes 2 operands, found 1
         --> command line:1:3
          |
        1 | 2 +
          |   ^ its operands have to come before it
          |
          = note: this is read as reverse Polish notation, such as `1 2 + 4 * 5 -`; the setting `calculator.notation` chooses
    "#]],
    );
    refuses(
        &["1 2 + 4 5 -"],
        2,
        expect![[r#"
        error: no operator takes this operand
         --> command line:1:1
          |
        1 | 1 2 + 4 5 -
          | ^^^^^ left over at the end
          |
          = note: this is read as reverse Polish notation, such as `1 2 + 4 * 5 -`; the setting `calculator.notation` chooses
    "#]],
    );
    refuses(
        &["8", "nge"],
        2,
        expect![[r#"
        error: unknown symbol `nge`
         --> command line:1:3
          |
        1 | 8 nge
          |   ^^^ expected a number or one of `*`, `+`, `-`, `/`, `^`, `neg`
          |
          = note: this is read as reverse Polish notation, such as `1 2 + 4 * 5 -`; the setting `calculator.notation` chooses
          = help: did you mean `neg`?
    "#]],
    );
    refuses(
        &[""],
        2,
        expect![[r#"
        error: the expression is empty
         --> command line:1:1
          |
        1 |
          | ^ expected an expression
          |
          = note: this is read as reverse Polish notation, such as `1 2 + 4 * 5 -`; the setting `calculator.notation` chooses
    "#]],
    );
    refuses(
        &["(2 + 3", "--set=calculator.notation=infix"],
        2,
        expect![[r#"
        error: a parenthesis is never closed
         --> command line:1:1
          |
        1 | (2 + 3
          | ^ `)` is missing
          |
          = note: this is read as infix notation, such as `(1 + 2) * 4 - 5`; the setting `calculator.notation` chooses
    "#]],
    );
    refuses(
        &["1\n2 é\n", "+"],
        2,
        expect![[r#"
        error: unknown symbol `é`
         --> command line:2:3
          |
        2 | 2 é
          |   ^ expected a number or one of `*`, `+`, `-`, `/`, `^`, `neg`
          |
          = note: this is read as reverse Polish notation, such as `1 2 + 4 * 5 -`; the setting `calculator.notation` chooses
    "#]],
    );
}

#[test]
fn a_malformed_expression_for_tools() {
    refuses(
        &["--json", "2 +"],
        2,
        expect![[r#"
        {
          "mistakes": [
            {
              "severity": "error",
              "message": "`+` takes 2 operands, found 1",
              "places": [
                {
                  "file": "command line",
                  "line": 1,
                  "column": 3,
                  "end_line": 1,
                  "end_column": 4,
                  "label": "its operands have to come before it"
                }
              ],
              "notes": [
                "this is read as reverse Polish notation, such as `1 2 + 4 * 5 -`; the setting `calculator.notation` chooses"
              ],
              "help": []
            }
          ]
        }
    "#]],
    );
}

#[test]
fn an_expression_without_a_value() {
    refuses(
        &["1 2 2 - /"],
        1,
        expect![[r#"
        error: `1.0 / 0.0` has no value
         --> command line:1:9
          |
        1 | 1 2 2 - /
          |         ^ division by zero
    "#]],
    );
}

#[test]
fn a_wrong_command_line() {
    refuses(
        &["--profil", "debug", "2 3 +"],
        2,
        expect![[r#"
        error: unexpected argument '--profil' found

          tip: a similar argument exists: '--profile'

        Usage: calculator --profile <NAMES> [ARGUMENTS]...

        For more information, try '--help'.
    "#]],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_argument_that_is_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_calculator"));
    command.arg("2").arg(std::ffi::OsStr::from_bytes(b"\xff"));
    let output = command.env("THINKING_ROOT", env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = "error: the argument `\u{fffd}` is no valid Unicode\n";
    assert_eq!(String::from_utf8(output.stderr).unwrap(), message);
}

/// The documentation of each `main`, of which `-h` says the first paragraph.
#[test]
fn help_says_what_the_programs_are() {
    let jail = Jail::new();
    let first = |text: String| text.split("\n\nUsage:").next().unwrap().to_owned();
    let help = |argument: &str| first(jail.calculator(&[argument]).stdout);
    let calculator = "Evaluates the expression that the arguments are, such as `2 3 +`; without any, an example.";
    assert_eq!(help("--help"), calculator);
    assert_eq!(help("-h"), calculator);
    let help = |argument: &str| first(jail.piped(&[argument], "").stdout);
    let interactive = "Answers each line of standard input: an expression with its value.";
    assert_eq!(help("-h"), interactive);
    let keys =
        "At a terminal, lines are edited and kept in a history; ^C gives up a line, ^D ends.";
    assert_eq!(help("--help"), format!("{interactive}\n\n{keys}"));
}
