//! Evaluates the expression on the command line.

use std::io::Write;

use calculator::{Calculator, cli};
use thinking::Arguments;
use thinking::prelude::*;

/// Evaluates the expression that the arguments are, such as `2 3 +`; without any, an example.
#[thinking::main]
fn main(calculator: Arc<Calculator>, arguments: Arguments) -> Result<()> {
    let answer = cli::evaluate(&calculator, &arguments)?;
    Ok(writeln!(std::io::stdout(), "{answer}")?)
}
