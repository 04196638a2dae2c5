//! Reverse Polish notation: each operator comes after its operands.

use std::ops::Range;

use thinking::prelude::*;

use super::{ParseError, Parser, Problem, number};
use crate::expression::Expression;
use crate::operators::Operators;

/// Keeps operands on a stack until an operator takes them.
#[component(provides = dyn Parser, when(facet(calculator.notation = "rpn")))]
pub(super) struct Rpn {
    pub(super) operators: Arc<Operators>,
}

impl Parser for Rpn {
    fn notation(&self) -> &'static str {
        "reverse Polish notation"
    }

    fn example(&self) -> &'static str {
        "1 2 + 4 * 5 -"
    }

    fn parse(&self, text: &str) -> Result<Expression, ParseError> {
        let mut stack = Vec::new();
        for at in words(text) {
            let expression = match is_number(&text[at.clone()]) {
                true => Expression::value(number::parse(&text[at.clone()], at.clone())?, at),
                false => self.operation(text, at, &mut stack)?,
            };
            stack.push(expression);
        }
        let result = stack.pop().ok_or(Problem::Empty.at(0..text.len()))?;
        match stack.pop() {
            None => Ok(result),
            Some(left_over) => Err(Problem::LeftOver.at(left_over.range())),
        }
    }
}

impl Rpn {
    fn operation(
        &self,
        text: &str,
        at: Range<usize>,
        stack: &mut Vec<Expression>,
    ) -> Result<Expression, ParseError> {
        let word = &text[at.clone()];
        let operator = self.operators.postfix(word).ok_or_else(|| {
            let known = self.operators.symbols(|operator| operator.postfix_symbol());
            Problem::Unknown(word.to_owned(), known).at(at.clone())
        })?;
        let (symbol, arity) = (operator.postfix_symbol(), operator.arity());
        let Some(first) = stack.len().checked_sub(arity.count()) else {
            return Err(Problem::MissingOperands { symbol, arity, found: stack.len() }.at(at));
        };
        let operands = stack.split_off(first);
        Expression::operation(operator.clone(), at.clone(), operands).ok_or(Problem::TooDeep.at(at))
    }
}

/// The ranges of what stands between blanks.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_whitespace().map(|word| {
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        start..start + word.len()
    })
}

/// Tells whether a word is meant as a number; a sign belongs to it.
fn is_number(word: &str) -> bool {
    number::length_at_start(word.strip_prefix('-').unwrap_or(word)) > 0
}
