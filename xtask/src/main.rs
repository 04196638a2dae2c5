//! The project's own commands: test, ci, tidy, bench.

mod terminal;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    max_term_width = 100
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the tests and writes their reports.
    Test(test::Arguments),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Test(arguments) => test::run(arguments),
    }
}
