//! The project's own commands: test, ci, tidy, modules, bench, fuzz, soak.

mod bench;
mod ci;
mod fuzz;
mod modules;
mod soak;
mod terminal;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use thinking_tests::cli::TestArguments;

/// The project's own commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Test(Box<TestArguments>),
    Ci(ci::Arguments),
    /// Checks the house rules over the files that git tracks
    Tidy,
    Modules(modules::Arguments),
    Bench(bench::Arguments),
    Fuzz(fuzz::Arguments),
    Soak(soak::Arguments),
}

fn main() -> ExitCode {
    if let Some(code) = thinking_tests::front::run_as_helper() {
        return code;
    }
    let result = match Arguments::parse().command {
        Command::Test(arguments) => return arguments.run(),
        Command::Ci(arguments) => ci::run(&arguments),
        Command::Tidy => tidy::run(),
        Command::Modules(arguments) => modules::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Soak(arguments) => soak::run(&arguments),
    };
    result.unwrap_or_else(|error| {
        terminal::error(error.as_ref());
        ExitCode::FAILURE
    })
}
