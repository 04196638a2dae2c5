//! The command line of the runner, for a workspace's own `xtask`.
//!
//! A package `xtask` with this `main`, and `xtask = "run --package xtask --"` under `[alias]` in
//! `.cargo/config.toml`, make `cargo xtask test` work:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     thinking_tests::cli::main()
//! }
//! ```
//!
//! A program with commands of its own calls [`run_as_helper`] first,
//! takes [`TestArguments`] as one of its subcommands, and may have another one for [`complete`].

mod arguments;
mod say;
mod values;
mod watch;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

pub use arguments::TestArguments;
pub use clap_complete::Shell;

use crate::front::run_as_helper;

/// The workspace's own commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Test(Box<TestArguments>),
    /// Prints a script that completes the arguments in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Is the whole `main` of an `xtask` whose commands are those of the runner.
///
/// Wrong arguments end the process with exit code 2, as clap does it.
pub fn main() -> ExitCode {
    if let Some(code) = run_as_helper() {
        return code;
    }
    match Cli::parse().command {
        Command::Test(arguments) => arguments.run(),
        Command::Completions { shell } => {
            complete::<Cli>(shell);
            ExitCode::SUCCESS
        }
    }
}

/// Prints a script that completes the arguments of an `xtask` in a shell.
pub fn complete<Cli: CommandFactory>(shell: Shell) {
    clap_complete::generate(shell, &mut Cli::command(), "xtask", &mut std::io::stdout());
}
