//! `wiring`: the components, what they use, and why a type is answered as it is.

use std::process::ExitCode;

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, ArgMatches, ValueEnum};
use thinking_injection::{ContainerBuilder, ContainerError, Outcome, Wiring};
use thinking_runtime::{Diagnostic, exit_code};

use super::print;
use crate::{Error, failure};

/// What is shown of the wiring.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shown {
    /// All of it.
    Everything { format: Format, internals: bool, timed: bool },
    /// Why a type is answered as it is.
    Why { name: String },
}

/// How the wiring is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Format {
    Tree,
    Dot,
    Mermaid,
    Json,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[Format::Tree, Format::Dot, Format::Mermaid, Format::Json]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let value = PossibleValue::new;
        Some(match self {
            Format::Tree => value("tree").help("Lines for people"),
            Format::Dot => value("dot").help("A drawing for Graphviz: `… | dot -Tsvg`"),
            Format::Mermaid => value("mermaid").help("A drawing for Markdown pages"),
            Format::Json => value("json").help("Everything, for tools"),
        })
    }
}

impl Shown {
    /// Describes the command line.
    pub(super) fn command() -> clap::Command {
        let flag = |name: &'static str, help: &'static str| {
            Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
        };
        clap::Command::new("wiring")
            .about("Print the components and what they use")
            .args_conflicts_with_subcommands(true)
            .arg(
                Arg::new("format")
                    .long("format")
                    .value_name("FORMAT")
                    .default_value("tree")
                    .value_parser(clap::value_parser!(Format))
                    .help("How to write it"),
            )
            .arg(flag("all", "Also print the framework's own components"))
            .arg(flag("timed", "Construct, start and stop the components, and print how long that took"))
            .subcommand(
                clap::Command::new("why")
                    .about("Explain which component answers for a type, which others could, and who asks")
                    .arg(
                        Arg::new("type")
                            .value_name("TYPE")
                            .required(true)
                            .help("The type's name or the end of it: `Clock` for `dyn app::Clock`"),
                    ),
            )
    }

    /// Takes what is asked for from the command's part of the command line.
    pub(super) fn parse(matches: &ArgMatches) -> Self {
        if let Some(("why", matches)) = matches.subcommand() {
            return Shown::Why { name: matches.get_one("type").cloned().unwrap_or_default() };
        }
        Shown::Everything {
            format: matches.get_one("format").copied().unwrap_or(Format::Tree),
            internals: matches.get_flag("all"),
            timed: matches.get_flag("timed"),
        }
    }

    /// Prints what is asked for. With mistakes these are reported instead, and an explanation comes
    /// before them.
    pub(crate) fn print(
        &self,
        container: ContainerBuilder,
        mistakes: Vec<Diagnostic>,
        json: bool,
    ) -> ExitCode {
        let as_json = |format: Format| if json { Format::Json } else { format };
        match self {
            Shown::Why { name } => why(name, container, mistakes, json),
            Shown::Everything { timed: true, format, internals } if mistakes.is_empty() => {
                match measured(container) {
                    Ok(wiring) => show(wiring, as_json(*format), *internals),
                    Err(Failed::Wrong(mistakes)) => wrong(&mistakes, json),
                    Err(Failed::Work(error)) => {
                        failure::report_error(&error);
                        ExitCode::from(failure::code(&error))
                    }
                }
            }
            Shown::Everything { format, internals, .. } => {
                let (wiring, findings) = container.inspect();
                let mistakes = [mistakes, findings].concat();
                match mistakes.is_empty() {
                    true => show(wiring, as_json(*format), *internals),
                    false => wrong(&mistakes, json),
                }
            }
        }
    }
}

/// Why nothing could be measured.
enum Failed {
    Wrong(Vec<Diagnostic>),
    Work(Error),
}

/// Constructs, starts and stops the components.
fn measured(container: ContainerBuilder) -> Result<Wiring, Failed> {
    let blueprint = container.validate().map_err(|wiring| Failed::Wrong(wiring.diagnostics))?;
    let built = blueprint.timed().build();
    let container = built.map_err(|error: ContainerError| Failed::Work(error.into()))?;
    let wiring = container.wiring();
    match container.stop(&Outcome::Success).into_iter().next() {
        Some(error) => {
            let error = Error::from_boxed(error).context("a component cannot be stopped");
            Err(Failed::Work(error))
        }
        None => Ok(wiring),
    }
}

fn show(wiring: Wiring, format: Format, internals: bool) -> ExitCode {
    let wiring = if internals { wiring } else { wiring.without_internals() };
    let text = match format {
        Format::Tree => Ok(wiring.tree()),
        Format::Dot => Ok(wiring.dot()),
        Format::Mermaid => Ok(wiring.mermaid()),
        Format::Json => serde_json::to_string_pretty(&wiring).map(|text| text + "\n"),
    };
    match text {
        Ok(text) => print(&text),
        Err(error) => {
            failure::report_error(&error.into());
            ExitCode::from(exit_code::FAILED)
        }
    }
}

fn why(name: &str, container: ContainerBuilder, mistakes: Vec<Diagnostic>, json: bool) -> ExitCode {
    let (wiring, findings) = container.inspect();
    let mistakes = [mistakes, findings].concat();
    let code = match wiring.why(name) {
        Ok(text) => print(&text),
        Err(error) => {
            failure::report_error(&error.into());
            ExitCode::from(exit_code::USAGE)
        }
    };
    if mistakes.is_empty() { code } else { wrong(&mistakes, json) }
}

fn wrong(mistakes: &[Diagnostic], json: bool) -> ExitCode {
    failure::report(mistakes, json);
    ExitCode::from(exit_code::CONFIGURATION)
}
