//! The command line of every program, and the commands that only show something.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, ArgMatches, ValueHint, value_parser};
use clap_complete::Shell;
use thinking_executor::{OnChange, store_path};
use thinking_modules::{Kind, MainModule, ModulePath, registry};
use thinking_runtime::{Diagnostic, Runtime, exit_code};

use crate::again::Again;
use crate::app::{Invocation, PlanFor};
use crate::failure;
use branches::Branching;
use config_files::ConfigFiles;
use runs::Shown;

mod branches;
mod completions;
mod config;
mod config_files;
mod gc;
mod modules;
mod runs;
mod verify;
mod wiring;
mod words;

/// What the process was asked to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Command {
    Run,
    Plan,
    Branching(Branching),
    Runs(Shown),
    Verify,
    Gc(gc::Gc),
    Config { root: bool, facet: Option<String> },
    ConfigFiles(ConfigFiles),
    Wiring(wiring::Shown),
    Modules { subtree: Option<ModulePath> },
    Completions { shell: Shell, takes_arguments: bool },
}

/// The parsed command line.
pub(crate) struct CommandLine {
    pub(crate) command: Command,
    pub(crate) root: Option<PathBuf>,
    pub(crate) profiles: Vec<String>,
    pub(crate) assignments: Vec<String>,
    pub(crate) disabled: Vec<String>,
    /// Whether the start is to be explained.
    pub(crate) explained: bool,
    /// Whether tools read what is printed, mistakes as well.
    pub(crate) json: bool,
    pub(crate) invocation: Invocation,
    /// The command line once more, for what a message offers.
    pub(crate) again: Again,
}

impl CommandLine {
    /// Parses a command line, which begins with the program's name. The error is the exit code
    /// after help, version or a wrong command line, about which everything has been said.
    pub(crate) fn parse(
        main: &MainModule,
        about: &str,
        command_line: Vec<OsString>,
        takes_arguments: bool,
    ) -> Result<CommandLine, ExitCode> {
        let command = with_about(describe(main, takes_arguments), main, about);
        let called = command_line.first().cloned();
        let command_line = match takes_arguments {
            true => words::marked(&command, command_line),
            false => command_line,
        };
        let matches = command.try_get_matches_from(command_line).map_err(|error| {
            // Nobody is left to hear that standard error is closed.
            let _ = error.print();
            match error.exit_code() {
                0 => ExitCode::SUCCESS,
                _ => ExitCode::from(exit_code::USAGE),
            }
        })?;
        let inner = matches.subcommand();
        let action = match inner.map(|(name, _)| name) {
            Some("plan") => Command::Plan,
            Some("verify") => Command::Verify,
            Some("gc") => Command::Gc(gc::Gc::parse(inner.map_or(&matches, |(_, inner)| inner))),
            Some("config") => match inner.and_then(|(_, config)| ConfigFiles::parse(config)) {
                Some(files) => Command::ConfigFiles(files),
                None => Command::Config {
                    root: inner.is_some_and(asks_for_root),
                    facet: inner.and_then(|(_, config)| config.get_one("facet").cloned()),
                },
            },
            Some("wiring") => {
                Command::Wiring(wiring::Shown::parse(inner.map_or(&matches, |(_, inner)| inner)))
            }
            Some("modules") => Command::Modules {
                subtree: inner.and_then(|(_, matches)| matches.get_one("path").cloned()),
            },
            Some("completions") => {
                let shell = inner.and_then(|(_, matches)| matches.get_one::<Shell>("shell"));
                let completions =
                    |shell: &Shell| Command::Completions { shell: *shell, takes_arguments };
                shell.map_or(Command::Run, completions)
            }
            _ => {
                let branching = || inner.and_then(Branching::parse).map(Command::Branching);
                let shown = inner.and_then(|(name, matches)| Shown::parse(name, matches));
                shown.map(Command::Runs).or_else(branching).unwrap_or(Command::Run)
            }
        };
        // Global options may stand before or after the commands' names.
        let mut given = &matches;
        while let Some((_, inner)) = given.subcommand() {
            given = inner;
        }
        let (root, arguments) = (root(&matches).cloned(), words::given(given));
        let json = given.get_flag("json") || matches.get_flag("json");
        let invocation = match has_experiments() {
            true => Invocation {
                on_change: on_change(given),
                keep: all(&matches, "keep"),
                retry_failed: given.get_flag("retry-failed"),
                plan: (action == Command::Plan).then_some(match json {
                    true => PlanFor::Tools,
                    false => PlanFor::People,
                }),
                arguments: arguments.clone(),
            },
            false => Invocation { arguments: arguments.clone(), ..Invocation::default() },
        };
        let text = |root: &PathBuf| root.display().to_string();
        let options = [
            ("root", root.iter().map(text).collect()),
            ("profile", all(&matches, "profile")),
            ("set", all(&matches, "set")),
            ("disable", all(&matches, "disable")),
            ("keep", invocation.keep.clone()),
        ];
        Ok(CommandLine {
            command: action,
            again: Again::new(called.as_deref(), main.target.name, &options, arguments),
            root,
            profiles: all(&matches, "profile"),
            assignments: all(&matches, "set"),
            disabled: all(&matches, "disable"),
            explained: given.get_flag("explain-start"),
            json,
            invocation,
        })
    }
}

/// Tells whether a command's own `--root` stands without a value: it asks what the root is.
fn asks_for_root((_, matches): (&str, &ArgMatches)) -> bool {
    matches.contains_id("root") && matches.get_one::<PathBuf>("root").is_none()
}

/// Returns the root that was given last, before or after the command's name.
fn root(matches: &ArgMatches) -> Option<&PathBuf> {
    let after = matches.subcommand().and_then(|(_, matches)| root(matches));
    after.or_else(|| matches.try_get_one("root").ok().flatten())
}

/// Returns all that was given to an option, before and after the commands' names, in order.
fn all(matches: &ArgMatches, name: &str) -> Vec<String> {
    let here = matches.try_get_many::<String>(name).ok().flatten();
    let mut all: Vec<_> = here.into_iter().flatten().cloned().collect();
    if let Some((_, matches)) = matches.subcommand() {
        all.extend(self::all(matches, name));
    }
    all
}

fn on_change(matches: &ArgMatches) -> Option<OnChange> {
    if matches.get_flag("fork") {
        return Some(OnChange::Fork);
    }
    match matches.get_one::<String>("on-change").map(String::as_str) {
        Some("auto") => Some(OnChange::Auto),
        Some("refuse") => Some(OnChange::Refuse),
        Some("fork") => Some(OnChange::Fork),
        Some("keep") => Some(OnChange::Keep),
        _ => None,
    }
}

fn policies() -> [PossibleValue; 4] {
    let policy = PossibleValue::new;
    [
        policy("auto").help("Forks while little recorded work is at stake, refuses otherwise"),
        policy("refuse").help("Stops with the reasons, before anything is executed"),
        policy("fork").help("Runs it and those after it again, on a new branch"),
        policy("keep").help("Reuses its result and remembers that you vouch for it"),
    ]
}

/// Only a program with a stage has commands and options about runs.
fn has_experiments() -> bool {
    registry::of_kind(Kind::Stage).next().is_some()
}

/// Says what the program is: the first paragraph of `about` where help is short, or else what the
/// package says of itself.
fn with_about(command: clap::Command, main: &MainModule, about: &str) -> clap::Command {
    let all = if about.is_empty() { main.description } else { about };
    let flowing = |paragraph: &str| paragraph.lines().collect::<Vec<_>>().join(" ");
    match all.split_once("\n\n") {
        _ if all.is_empty() => {
            command.about("Runs the program; without a command, the same as `run`")
        }
        Some((first, _)) => command.about(flowing(first)).long_about(all.to_owned()),
        None => command.about(flowing(all)),
    }
}

fn describe(main: &MainModule, takes_arguments: bool) -> clap::Command {
    let arguments = || takes_arguments.then(words::argument);
    let mut command = clap::Command::new(main.target.name)
        .version(main.version)
        // The first places are those of the lists, which are added to each command last.
        .next_display_order(4)
        .arg(
            Arg::new("explain-start")
                .long("explain-start")
                .action(ArgAction::SetTrue)
                .global(true)
                .help("Tell on standard error what the start does, and how long"),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .global(true)
                .help("Print JSON instead of text, mistakes as well"),
        )
        .args(arguments())
        .subcommand(
            clap::Command::new("run").about("Run the program (the default)").args(arguments()),
        )
        .subcommand(config_files::describe(
            clap::Command::new("config")
                .about("Print every setting with its value and where that came from")
                .arg(
                    Arg::new("facet")
                        .value_name("FACET")
                        .help("Print only the settings of this facet"),
                ),
        ))
        .subcommand(wiring::Shown::command())
        .subcommand(
            clap::Command::new("modules").about("Print what each module defines").arg(
                Arg::new("path")
                    .value_name("MODULE")
                    .value_parser(value_parser!(ModulePath))
                    .help("Only this module and those below it"),
            ),
        )
        .subcommand(
            clap::Command::new("completions").about("Print a script that completes arguments").arg(
                Arg::new("shell")
                    .value_name("SHELL")
                    .required(true)
                    .value_parser(value_parser!(Shell))
                    .help("For which shell"),
            ),
        );
    if has_experiments() {
        command = command
            .arg(
                Arg::new("on-change")
                    .long("on-change")
                    .value_name("POLICY")
                    .global(true)
                    .value_parser(policies())
                    .help("What happens when a recorded step no longer fits"),
            )
            .arg(
                Arg::new("fork")
                    .long("fork")
                    .action(ArgAction::SetTrue)
                    .global(true)
                    .conflicts_with("on-change")
                    .help("Run changed steps and those after them again, on a new branch"),
            )
            .arg(
                Arg::new("retry-failed")
                    .long("retry-failed")
                    .action(ArgAction::SetTrue)
                    .global(true)
                    .display_order(99)
                    .help("Try failures again that stages handled, on a new branch"),
            )
            .subcommand(
                clap::Command::new("plan")
                    .about("Print what would run and what would be skipped, and run nothing")
                    .args(arguments()),
            )
            .subcommand(
                clap::Command::new("verify").about("Check everything in the store for damage"),
            )
            .subcommand(gc::Gc::describe())
            .subcommands(Branching::commands())
            .subcommands(runs::commands(main.target.name));
    }
    with_options(command, &lists())
}

/// The options that may be given several times, each with its place in the help.
fn lists() -> Vec<Arg> {
    let list = |order: usize, name: &'static str, value: &'static str, help: &'static str| {
        let option = Arg::new(name).long(name).value_name(value).help(help);
        option.action(ArgAction::Append).display_order(order)
    };
    let mut lists = vec![
        list(1, "profile", "NAMES", "Activate profiles, separated by commas"),
        list(2, "set", "FACET.KEY=VALUE", "Set a value of the configuration"),
        list(3, "disable", "ACTIONS", "Leave bootstrap actions out, separated by commas"),
    ];
    if has_experiments() {
        lists.push(list(98, "keep", "PATH", "Vouch for the recorded result of a changed step"));
    }
    lists
}

/// Adds `--root` and these options to a command and those below it.
///
/// They are not global options, of which clap keeps only what was given last: behind the command's
/// name, if anything. Lists add up, and in `--root DIR config --root` both count, as `config --root`
/// without a value prints the root.
fn with_options(command: clap::Command, lists: &[Arg]) -> clap::Command {
    let root = Arg::new("root")
        .long("root")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::DirPath);
    let help = "Where the configuration files are, instead of searching them";
    let root = match command.get_name() {
        "config" => root.num_args(0..=1).help(format!(
            "{help}; without DIR, print only the root and the main module, with the reasons"
        )),
        _ => root.help(help),
    };
    let command = command.arg(root.display_order(0)).args(lists.to_vec());
    command.mut_subcommands(|command| with_options(command, lists))
}

impl Command {
    /// Executes a command that needs no components; `None` for the others.
    pub(crate) fn without_wiring(
        &self,
        runtime: &Runtime,
        mistakes: &[Diagnostic],
        again: &Again,
        json: bool,
    ) -> Option<ExitCode> {
        let wrong = || {
            failure::report(mistakes, json);
            ExitCode::from(exit_code::CONFIGURATION)
        };
        match self {
            Command::Run | Command::Plan | Command::Wiring(_) => None,
            Command::Branching(branching) => {
                Some(branching.execute(runtime, again, json).unwrap_or_else(wrong))
            }
            Command::Modules { subtree } => Some(modules::show(subtree.as_ref(), json)),
            Command::Completions { shell, takes_arguments } => {
                let command = describe(runtime.main(), *takes_arguments);
                let script = completions::script(*shell, command, runtime);
                Some(print(&script))
            }
            Command::ConfigFiles(files) => Some(files.execute(&runtime.root().path)),
            Command::Config { root: true, .. } if json => Some(print(&config::root_json(runtime))),
            Command::Config { root: true, .. } => Some(print(&config::root_text(runtime))),
            Command::Config { facet, .. } if mistakes.is_empty() => {
                Some(config::print(runtime, facet.as_deref(), json))
            }
            Command::Config { .. } => Some(wrong()),
            Command::Verify => {
                Some(store_path(runtime).map_or_else(wrong, |path| verify::execute(&path, json)))
            }
            Command::Gc(gc) => {
                Some(store_path(runtime).map_or_else(wrong, |path| gc.execute(&path, json)))
            }
            Command::Runs(shown) => {
                Some(store_path(runtime).map_or_else(wrong, |path| shown.print(&path, json)))
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
        Err(error) => {
            failure::print(&format!("error: standard output cannot be written: {error}\n"));
            ExitCode::from(exit_code::FAILED)
        }
    }
}
