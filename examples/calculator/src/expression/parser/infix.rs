//! Infix notation: operators between their operands, with precedence and parentheses.

use std::ops::Range;

use thinking::prelude::*;

use super::{ParseError, Parser, Problem, number};
use crate::expression::Expression;
use crate::operator::{Arity, Associativity, Operator};
use crate::operators::Operators;

/// Dijkstra's shunting yard: operators wait on a stack until one comes that binds less tightly.
#[component(provides = dyn Parser, when(facet(calculator.notation = "infix")))]
pub(super) struct Infix {
    pub(super) operators: Arc<Operators>,
}

/// What waits for its last operand.
enum Waiting {
    Operator(Arc<dyn Operator>, Range<usize>),
    Parenthesis(Range<usize>),
}

/// What is read so far.
#[derive(Default)]
struct Yard {
    operands: Vec<Expression>,
    waiting: Vec<Waiting>,
}

impl Parser for Infix {
    fn notation(&self) -> &'static str {
        "infix notation"
    }

    fn example(&self) -> &'static str {
        "(1 + 2) * 4 - 5"
    }

    fn parse(&self, text: &str) -> Result<Expression, ParseError> {
        let mut yard = Yard::default();
        let mut rest = text.trim_start();
        if rest.is_empty() {
            return Err(Problem::Empty.at(0..text.len()));
        }
        let mut operand_expected = true;
        while !rest.is_empty() {
            let start = text.len() - rest.len();
            let at = start..start + self.length_at_start(rest, start)?;
            let token = &text[at.clone()];
            operand_expected = match operand_expected {
                true => self.operand(&mut yard, token, at.clone())?,
                false => self.after_operand(&mut yard, token, at.clone())?,
            };
            rest = text[at.end..].trim_start();
        }
        if operand_expected {
            let end = text.trim_end().len();
            return Err(Problem::ExpectedOperand(String::new()).at(end..end));
        }
        yard.finish()
    }
}

impl Infix {
    /// Returns how long the token is that `rest` begins with.
    fn length_at_start(&self, rest: &str, start: usize) -> Result<usize, ParseError> {
        let number = number::length_at_start(rest);
        if number > 0 {
            return Ok(number);
        }
        if rest.starts_with(['(', ')']) {
            return Ok(1);
        }
        let word = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let symbol = match word {
            0 => self.operators.symbol_at_start(rest),
            _ => self.operators.symbol_at_start(&rest[..word]).filter(|s| s.len() == word),
        };
        if let Some(symbol) = symbol {
            return Ok(symbol.len());
        }
        let length = word.max(rest.chars().next().map_or(0, char::len_utf8));
        let known = self.operators.symbols(|operator| operator.symbol());
        let found = rest[..length].to_owned();
        Err(Problem::Unknown(found, known).at(start..start + length))
    }

    /// Takes a token where an operand begins; tells whether one is still expected.
    fn operand(&self, yard: &mut Yard, token: &str, at: Range<usize>) -> Result<bool, ParseError> {
        if number::length_at_start(token) > 0 {
            yard.operands.push(Expression::value(number::parse(token, at.clone())?, at));
            return Ok(false);
        }
        if token == "(" {
            yard.waiting.push(Waiting::Parenthesis(at));
            return Ok(true);
        }
        match self.operators.infix(token, Arity::One) {
            Some(operator) => yard.waiting.push(Waiting::Operator(operator.clone(), at)),
            None => return Err(Problem::ExpectedOperand(token.to_owned()).at(at)),
        }
        Ok(true)
    }

    /// Takes a token after an operand; tells whether another operand is expected.
    fn after_operand(
        &self,
        yard: &mut Yard,
        token: &str,
        at: Range<usize>,
    ) -> Result<bool, ParseError> {
        if token == ")" {
            yard.close(at)?;
            return Ok(false);
        }
        let Some(operator) = self.operators.infix(token, Arity::Two) else {
            return Err(Problem::ExpectedOperator(token.to_owned()).at(at));
        };
        yard.apply_before(&**operator)?;
        yard.waiting.push(Waiting::Operator(operator.clone(), at));
        Ok(true)
    }
}

impl Yard {
    /// Applies what binds more tightly than the operator that comes next.
    fn apply_before(&mut self, next: &dyn Operator) -> Result<(), ParseError> {
        let comes_first = |waiting: &mut Waiting| match waiting {
            Waiting::Parenthesis(_) => false,
            Waiting::Operator(operator, _) => match next.associativity() {
                Associativity::Left => operator.precedence() >= next.precedence(),
                Associativity::Right => operator.precedence() > next.precedence(),
            },
        };
        while let Some(waiting) = self.waiting.pop_if(comes_first) {
            self.apply(waiting)?;
        }
        Ok(())
    }

    /// Applies everything since the last `(`, and takes that away.
    fn close(&mut self, at: Range<usize>) -> Result<(), ParseError> {
        loop {
            match self.waiting.pop() {
                None => return Err(Problem::Unopened.at(at)),
                Some(Waiting::Parenthesis(_)) => return Ok(()),
                Some(operator) => self.apply(operator)?,
            }
        }
    }

    fn finish(mut self) -> Result<Expression, ParseError> {
        while let Some(waiting) = self.waiting.pop() {
            self.apply(waiting)?;
        }
        self.operands.pop().ok_or(Problem::Empty.at(0..0))
    }

    /// Applies an operator to the last operands.
    fn apply(&mut self, waiting: Waiting) -> Result<(), ParseError> {
        let (operator, at) = match waiting {
            Waiting::Parenthesis(at) => return Err(Problem::Unclosed.at(at)),
            Waiting::Operator(operator, at) => (operator, at),
        };
        // There are enough: an operator is only accepted where its operands are read.
        let first = self.operands.len().saturating_sub(operator.arity().count());
        let operands = self.operands.split_off(first);
        let operation = Expression::operation(operator, at.clone(), operands);
        self.operands.push(operation.ok_or(Problem::TooDeep.at(at))?);
        Ok(())
    }
}
