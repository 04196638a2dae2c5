//! The command line of every program, and the commands that only show something.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, ArgMatches, ValueHint, value_parser};
use clap_complete::Shell;
use thinking_executor::{OnChange, store_path};
use thinking_modules::{Kind, MainModule, registry};
use thinking_runtime::{Diagnostic, Runtime, exit_code};

use crate::app::Invocation;
use crate::failure;
use runs::Shown;

mod config;
mod modules;
mod runs;
mod wiring;

/// What the process was asked to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Command {
    Run,
    Status { json: bool },
    Tree { json: bool },
    Config { root: bool },
    Wiring(wiring::Shown),
    Modules,
}

/// The parsed command line.
pub(crate) struct CommandLine {
    pub(crate) command: Command,
    pub(crate) root: Option<PathBuf>,
    pub(crate) profiles: Vec<String>,
    pub(crate) assignments: Vec<String>,
    pub(crate) invocation: Invocation,
}

impl CommandLine {
    /// Parses a command line, which begins with the program's name. The error is the exit code after help, version,
    /// completions or a wrong command line, about which everything has been said.
    pub(crate) fn parse(
        main: &MainModule,
        command_line: Vec<OsString>,
    ) -> Result<CommandLine, ExitCode> {
        let has_experiments = registry::of_kind(Kind::Stage).next().is_some();
        let mut command = describe(main, has_experiments);
        let matches = command.try_get_matches_from_mut(command_line).map_err(|error| {
            // Nobody is left to hear that standard error is closed.
            let _ = error.print();
            match error.exit_code() {
                0 => ExitCode::SUCCESS,
                _ => ExitCode::from(exit_code::USAGE),
            }
        })?;
        let inner = matches.subcommand();
        let flag = |name: &str| inner.is_some_and(|(_, matches)| matches.get_flag(name));
        let action = match inner.map(|(name, _)| name) {
            Some("status") => Command::Status { json: flag("json") },
            Some("tree") => Command::Tree { json: flag("json") },
            Some("config") => Command::Config { root: flag("show-root") },
            Some("wiring") => {
                Command::Wiring(wiring::Shown::parse(inner.map_or(&matches, |(_, inner)| inner)))
            }
            Some("modules") => Command::Modules,
            Some("completions") => {
                let shell = inner.and_then(|(_, matches)| matches.get_one::<Shell>("shell"));
                if let Some(shell) = shell {
                    let mut script = Vec::new();
                    clap_complete::generate(*shell, &mut command, main.package, &mut script);
                    return Err(print(&String::from_utf8_lossy(&script)));
                }
                Command::Run
            }
            _ => Command::Run,
        };
        // Global options may stand before or after the commands' names.
        let mut given = &matches;
        while let Some((_, inner)) = given.subcommand() {
            given = inner;
        }
        Ok(CommandLine {
            command: action,
            root: given.get_one::<PathBuf>("root").cloned(),
            profiles: all(given, "profile"),
            assignments: all(given, "set"),
            invocation: Invocation {
                on_change: has_experiments.then(|| on_change(given)).flatten(),
            },
        })
    }
}

fn all(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches.get_many::<String>(name).into_iter().flatten().cloned().collect()
}

fn on_change(matches: &ArgMatches) -> Option<OnChange> {
    if matches.get_flag("fork") {
        return Some(OnChange::Fork);
    }
    match matches.get_one::<String>("on-change").map(String::as_str) {
        Some("auto") => Some(OnChange::Auto),
        Some("refuse") => Some(OnChange::Refuse),
        Some("fork") => Some(OnChange::Fork),
        _ => None,
    }
}

fn policies() -> [PossibleValue; 3] {
    let policy = PossibleValue::new;
    [
        policy("auto").help("Forks while little recorded work is at stake, refuses otherwise"),
        policy("refuse").help("Stops with the reasons, before anything is executed"),
        policy("fork").help("Runs it and those after it again, on a new branch"),
    ]
}

fn describe(main: &MainModule, has_experiments: bool) -> clap::Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).global(true)
    };
    let json = || {
        let json = Arg::new("json").long("json").action(ArgAction::SetTrue);
        json.help("Print JSON instead of text")
    };
    let mut command = clap::Command::new(main.package)
        .version(main.version)
        .about("Runs the program; without a command, the same as `run`")
        .arg(
            option("root", "DIR", "Where the configuration files are, instead of searching them")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::DirPath),
        )
        .arg(
            option("profile", "NAMES", "Activate profiles, separated by commas")
                .action(ArgAction::Append),
        )
        .arg(
            option("set", "FACET.KEY=VALUE", "Set a value of the configuration")
                .action(ArgAction::Append),
        )
        .subcommand(clap::Command::new("run").about("Run the program (the default)"))
        .subcommand(
            clap::Command::new("config")
                .about("Print every setting with its value and where that came from")
                .arg(
                    Arg::new("show-root")
                        .long("show-root")
                        .action(ArgAction::SetTrue)
                        .help("Print only the root, and why it is the root"),
                ),
        )
        .subcommand(wiring::Shown::command())
        .subcommand(clap::Command::new("modules").about("Print what each module defines"))
        .subcommand(
            clap::Command::new("completions").about("Print a script that completes arguments").arg(
                Arg::new("shell")
                    .value_name("SHELL")
                    .required(true)
                    .value_parser(value_parser!(Shell))
                    .help("For which shell"),
            ),
        );
    if has_experiments {
        command = command
            .arg(
                option("on-change", "POLICY", "What happens when a recorded step no longer fits")
                    .value_parser(policies()),
            )
            .arg(
                Arg::new("fork")
                    .long("fork")
                    .action(ArgAction::SetTrue)
                    .global(true)
                    .conflicts_with("on-change")
                    .help("Run changed steps and those after them again, on a new branch"),
            )
            .subcommand(clap::Command::new("status").about("Print how far the run is").arg(json()))
            .subcommand(
                clap::Command::new("tree")
                    .about("Print the tree of finished tasks, with how long each took")
                    .arg(json()),
            );
    }
    command
}

impl Command {
    /// Executes a command that needs no components; `None` for the others.
    pub(crate) fn without_wiring(
        &self,
        runtime: &Runtime,
        mistakes: &[Diagnostic],
    ) -> Option<ExitCode> {
        let wrong = || {
            failure::report(mistakes);
            ExitCode::from(exit_code::CONFIGURATION)
        };
        match self {
            Command::Run | Command::Wiring(_) => None,
            Command::Modules => Some(print(&modules::text())),
            Command::Config { root: true } => Some(print(&format!("{}\n", runtime.root()))),
            Command::Config { root: false } if mistakes.is_empty() => {
                Some(print(&config::text(runtime)))
            }
            Command::Config { .. } => Some(wrong()),
            Command::Status { json } | Command::Tree { json } => {
                let shown = match self {
                    Command::Tree { .. } => Shown::Tree,
                    _ => Shown::Status,
                };
                Some(store_path(runtime).map_or_else(wrong, |path| shown.print(&path, *json)))
            }
        }
    }
}

/// Prints what a command was asked for. A closed pipe, as behind `head`, is no failure.
pub(crate) fn print(text: &str) -> ExitCode {
    let mut stdout = anstream::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(exit_code::FAILED),
    }
}
