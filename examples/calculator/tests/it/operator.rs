//! The operator that the README adds: its file is a part of this test, as it would be of
//! `src/operator/`.

use calculator::Calculator;
pub(crate) use calculator::operator::{ArithmeticError, Operator, operands};
use thinking::{AppBuilder, prelude::*};

use crate::jail::Jail;

mod remainder;

fn app(jail: &Jail) -> AppBuilder {
    App::builder(thinking::main_module!()).root(jail.path("")).environment([])
}

/// What an expression comes to, as people see it.
fn calculate(app: AppBuilder, text: &str) -> String {
    let body = |calculator: Arc<Calculator>| {
        let answer = calculator.calculate(text);
        Ok::<_, Error>(answer.map_or_else(|error| error.to_string(), |answer| answer.to_string()))
    };
    app.call(body).unwrap()
}

#[test]
fn a_file_adds_an_operator_to_both_notations() {
    let jail = Jail::new();
    assert_eq!(calculate(app(&jail), "17 5 %"), "(Value(17.0) % Value(5.0)) = 2.0");
    assert_eq!(calculate(app(&jail), "17 0 %"), "`17.0 % 0.0` has no value");
    let infix = || app(&jail).set("calculator.notation=infix");
    let expected = "((- (Value(17.0) % Value(5.0))) + Value(1.0)) = -1.0";
    assert_eq!(calculate(infix(), "-(17 % 5) + 1"), expected);
    let expected = "((Value(2.0) * Value(17.0)) % Value(5.0)) = 4.0";
    assert_eq!(calculate(infix(), "2 * 17 % 5"), expected);
}

#[test]
fn the_readme_shows_this_file() {
    let shown = format!("```rust\n{}```\n", include_str!("operator/remainder.rs"));
    assert!(include_str!("../../README.md").contains(&shown), "expected there:\n{shown}");
}
