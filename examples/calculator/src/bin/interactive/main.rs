//! Answers each line of standard input; at a terminal with editing and a history.

use std::io::{self, IsTerminal};

use calculator::cli::{self, Lines, Output};
use calculator::{Calculator, settings::Settings};
use thinking::prelude::*;
use thinking::runtime::console;

mod piped;
mod terminal;

use piped::Piped;
use terminal::Terminal;

/// Answers each line of standard input: an expression with its value.
///
/// At a terminal, lines are edited and kept in a history; ^C gives up a line, ^D ends.
#[thinking::main]
fn main(calculator: Arc<Calculator>, lines: Arc<dyn Lines>) -> Result<()> {
    let mut output = Output {
        answers: &mut io::stdout(),
        mistakes: &mut console::Stderr,
        colours: console::has_colours(&io::stderr()),
    };
    cli::answer(&calculator, &*lines, &mut output)
}

/// The lines that a person types, or those of a file or another program. A condition cannot choose
/// here, as no setting says which it is.
#[component]
fn lines(settings: Config<Settings>) -> Result<Box<dyn Lines>> {
    Ok(match io::stdin().is_terminal() {
        true => Box::new(Terminal::open(settings.history())?),
        false => Box::new(Piped),
    })
}
