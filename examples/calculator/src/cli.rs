//! What the two programs do with their input.

use std::io::{self, ErrorKind, Write};

use thinking::prelude::*;
use thinking::runtime::Diagnostic;
use thinking::{Arguments, UsageError};

use crate::calculator::{Answer, CalculationError, Calculator};

mod lines;
#[cfg(test)]
mod tests;

pub use lines::Lines;

/// Evaluates the expression that the arguments are, or the notation's example if there are none.
/// Several arguments are one expression, so that quotes are only needed for what a shell expands.
///
/// # Errors
///
/// A [`UsageError`] if it is no expression, a diagnostic if it has no value.
pub fn evaluate(calculator: &Calculator, arguments: &Arguments) -> Result<Answer> {
    let text = match arguments.is_empty() {
        true => calculator.example().to_owned(),
        false => arguments.texts()?.join(" "),
    };
    calculator.calculate(&text).map_err(|error| {
        let diagnostic = calculator.explain(&error, "command line", 1, &text);
        failure(&error, diagnostic)
    })
}

/// Where answers and mistakes go.
pub struct Output<'a> {
    /// For answers: standard output.
    pub answers: &'a mut dyn Write,
    /// For mistakes of a person: standard error.
    pub mistakes: &'a mut dyn Write,
    /// Whether mistakes are coloured.
    pub colours: bool,
}

/// Answers line by line, until there are no more. A person is told what is wrong with a line, and
/// may try again; anything else ends at the first mistake, as nobody would notice it.
///
/// # Errors
///
/// The lines cannot be read, or the answers not written; that nobody reads these any more is no
/// error. If no person types the lines, also as [`evaluate`].
pub fn answer(calculator: &Calculator, lines: &dyn Lines, output: &mut Output<'_>) -> Result<()> {
    match answer_all(calculator, lines, output) {
        Err(error) if is_broken_pipe(&error) => Ok(()),
        result => result,
    }
}

fn answer_all(calculator: &Calculator, lines: &dyn Lines, output: &mut Output<'_>) -> Result<()> {
    if lines.are_typed() {
        let (notation, example) = (calculator.notation(), calculator.example());
        writeln!(output.answers, "{notation}, such as `{example}`; ^D ends")?;
    }
    for number in 1.. {
        let Some(line) = lines.next()? else { break };
        if line.trim().is_empty() {
            continue;
        }
        match calculator.calculate(&line) {
            Ok(answer) => writeln!(output.answers, "{answer}")?,
            Err(error) => {
                let diagnostic = calculator.explain(&error, "standard input", number, &line);
                if !lines.are_typed() {
                    return Err(failure(&error, diagnostic));
                }
                writeln!(output.mistakes, "{}", diagnostic.render(output.colours))?;
            }
        }
    }
    Ok(())
}

/// What is no expression is wrong input, and exits as such.
fn failure(error: &CalculationError, diagnostic: Diagnostic) -> Error {
    match error {
        CalculationError::Parse(_) => UsageError(diagnostic).into(),
        CalculationError::Evaluation(_) => diagnostic.into(),
    }
}

fn is_broken_pipe(error: &Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
