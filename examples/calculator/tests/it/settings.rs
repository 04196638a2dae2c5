//! What the settings decide, and what is said when they are wrong.

use expect_test::expect;

use crate::jail::Jail;

#[test]
fn the_notation_is_a_setting() {
    let jail = Jail::new();
    std::fs::write(jail.path("calculator.toml"), "notation = \"infix\"\n").unwrap();
    let ended = jail.calculator(&["2 + 3"]);
    assert_eq!(ended.stdout, "(Value(2.0) + Value(3.0)) = 5.0\n", "{}", ended.stderr);
    assert_eq!(jail.piped(&[], "4 / 2\n").stdout, "(Value(4.0) / Value(2.0)) = 2.0\n");
    assert_eq!(jail.calculator(&["--set", "calculator.notation=rpn", "2 3 +"]).code, Some(0));
}

#[test]
fn a_notation_that_does_not_exist() {
    let jail = Jail::new();
    std::fs::write(jail.path("calculator.toml"), "notation = \"polish\"\n").unwrap();
    let ended = jail.calculator(&[]);
    assert_eq!(ended.code, Some(78));
    expect![[r#"
        error: `calculator.notation` cannot be `polish`
         --> ROOT/calculator.toml:1:12
          |
        1 | notation = "polish"
          |            ^^^^^^^^ expected one of rpn, infix

        1 mistake; nothing was started
    "#]]
    .assert_eq(&ended.stderr);
}

#[test]
fn no_file_is_needed() {
    let jail = Jail::new();
    std::fs::remove_file(jail.path("calculator.toml")).unwrap();
    std::fs::remove_file(jail.path("logs.toml")).unwrap();
    let ended = jail.calculator(&["2 3 +"]);
    assert_eq!(ended.stdout, "(Value(2.0) + Value(3.0)) = 5.0\n");
    assert_eq!(ended.stderr, "");
}

/// Both programs have the same operators, though neither names one.
#[test]
fn wiring_shows_the_operators() {
    let jail = Jail::new();
    for text in [jail.calculator(&["wiring"]).stdout, jail.piped(&["wiring"], "").stdout] {
        let operators =
            ["Addition", "Division", "Multiplication", "Negation", "Power", "Subtraction"];
        for operator in operators {
            assert!(text.contains(&format!("::{operator}  ")), "{operator}: {text}");
        }
    }
}

/// What the conditions of the parsers say, and the type of what `main` asks for.
#[test]
fn wiring_shows_the_parser_that_does_not_take_part() {
    let text = Jail::new().calculator(&["wiring"]).stdout;
    let absent = "::Infix (not active: needs `calculator.notation = \"infix\"` (it is `\"rpn\"`))";
    assert!(text.contains(absent), "{text}");
    assert!(text.contains("arguments: optional thinking::arguments::Arguments"), "{text}");
}
