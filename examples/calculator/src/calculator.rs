//! Parser and evaluator, put together.

use std::fmt;

use thinking::prelude::*;
use thinking::runtime::Diagnostic;
use thiserror::Error;

use crate::expression::Expression;
use crate::expression::evaluator::{EvaluationError, Evaluator};
use crate::expression::parser::{ParseError, Parser};

/// Reads expressions in the chosen notation, and evaluates them.
#[component]
pub struct Calculator {
    parser: Arc<dyn Parser>,
    evaluator: Arc<Evaluator>,
}

/// An expression with its value: `(Value(2.0) + Value(3.0)) = 5.0`.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What was read.
    pub expression: Expression,
    /// What it comes to.
    pub value: f64,
}

/// Why there is no [`Answer`].
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CalculationError {
    /// The text is no expression.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The expression has no value.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
}

impl Calculator {
    /// Answers the question that `text` asks.
    ///
    /// # Errors
    ///
    /// The text is no expression, or the expression has no value.
    ///
    /// ```
    /// use calculator::Calculator;
    /// use thinking::prelude::*;
    ///
    /// # fn main() -> Result<()> {
    /// let app = App::builder(thinking::main_module!());
    /// let value = app.call(|calculator: Arc<Calculator>| -> Result<f64> {
    ///     Ok(calculator.calculate("1 2 + 4 *")?.value)
    /// })?;
    /// assert_eq!(value, 12.0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn calculate(&self, text: &str) -> Result<Answer, CalculationError> {
        let expression = self.parser.parse(text)?;
        let value = self.evaluator.evaluate(&expression)?;
        Ok(Answer { expression, value })
    }

    /// Returns what the chosen notation is called.
    pub fn notation(&self) -> &'static str {
        self.parser.notation()
    }

    /// Returns an expression in the chosen notation.
    pub fn example(&self) -> &'static str {
        self.parser.example()
    }

    /// Describes an error to people. The expression stands in line `line` of `source`, from 1.
    pub fn explain(
        &self,
        error: &CalculationError,
        source: &str,
        line: usize,
        text: &str,
    ) -> Diagnostic {
        let (at, label, help) = match error {
            CalculationError::Parse(error) => {
                (error.at.clone(), error.problem.label(), error.problem.help())
            }
            CalculationError::Evaluation(error) => {
                (error.at.clone(), error.source.to_string(), None)
            }
        };
        let before = line.saturating_sub(1);
        let in_source = "\n".repeat(before) + text;
        let range = before + at.start..before + at.end;
        let diagnostic =
            Diagnostic::error(error.to_string()).in_text(source, in_source.into(), range, label);
        let (notation, example) = (self.notation(), self.example());
        match error {
            CalculationError::Evaluation(_) => diagnostic,
            CalculationError::Parse(_) => diagnostic.help_if(help).note(format!(
                "this is read as {notation}, such as `{example}`; the setting \
                 `calculator.notation` chooses"
            )),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}", self.expression, self.value)
    }
}
