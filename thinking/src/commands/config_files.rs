//! `config schema` and `config init`: files that help to write facet files.
//!
//! Both work while the configuration has mistakes, as that is when they are wanted.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches};
use thinking_modules::registry;
use thinking_runtime::{FacetDefinition, exit_code};

use super::print;
use crate::failure;

mod schema_line;
mod write;

/// The directory of the schemas below the root. It belongs into version control, so that an editor
/// finds the schemas in a fresh clone.
const DIRECTORY: &str = "schemas";

/// What is to be written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ConfigFiles {
    /// The schema of one facet, to standard output.
    Schema(String),
    /// The schemas of all facets, and the lines that name them.
    Schemas,
    /// Default files, of all facets if none is named.
    Init(Vec<String>),
}

/// Adds the commands to `config`.
pub(super) fn describe(config: clap::Command) -> clap::Command {
    let name = || Arg::new("facet").value_name("NAME").value_parser(names());
    config
        .subcommand(
            clap::Command::new("schema")
                .about("Print the JSON schema of a facet file")
                .arg(name().required_unless_present("all").help("The facet"))
                .arg(
                    Arg::new("all")
                        .long("all")
                        .action(ArgAction::SetTrue)
                        .conflicts_with("facet")
                        .help(
                            "Write the schema of each facet below the root, and name it in the \
                             first line of the facet's files",
                        ),
                ),
        )
        .subcommand(
            clap::Command::new("init")
                .about("Write a commented default file for each facet that has none")
                .arg(name().action(ArgAction::Append).num_args(0..).help("Only these facets")),
        )
}

impl ConfigFiles {
    /// Reads the arguments of `config`; `None` if it has no command.
    pub(super) fn parse(config: &ArgMatches) -> Option<ConfigFiles> {
        let (name, matches) = config.subcommand()?;
        let facets = || matches.get_many::<String>("facet").into_iter().flatten().cloned();
        match name {
            "schema" => Some(facets().next().map_or(ConfigFiles::Schemas, ConfigFiles::Schema)),
            _ => Some(ConfigFiles::Init(facets().collect())),
        }
    }

    /// Prints or writes what was asked for; `root` is the directory of the facet files.
    pub(super) fn execute(&self, root: &Path) -> ExitCode {
        let facets: BTreeMap<_, _> =
            registry::items::<FacetDefinition>().map(|(_, facet)| (facet.name, facet)).collect();
        let mut report = Report::default();
        match self {
            ConfigFiles::Schema(name) => {
                return match facets.get(name.as_str()) {
                    Some(facet) => print(&json(&facet.schema())),
                    // The command line accepts the names of facets only.
                    None => ExitCode::from(exit_code::USAGE),
                };
            }
            ConfigFiles::Schemas => {
                write_schemas(facets.into_values(), root, &mut report);
                if report.is_empty() {
                    report.say("nothing to do: schemas and files are up to date".to_owned());
                }
            }
            ConfigFiles::Init(names) => {
                let chosen = |facet: &&FacetDefinition| {
                    names.is_empty() || names.iter().any(|name| name == facet.name)
                };
                for facet in facets.into_values().filter(chosen) {
                    let file = format!("{}.toml", facet.name);
                    match write_default(facet, root, &file) {
                        Ok(true) => report.say(written(facet, &file)),
                        Ok(false) if names.is_empty() => {}
                        Ok(false) => report.say(format!("`{file}` is there already")),
                        Err(error) => report.fail(&root.join(file), error),
                    }
                }
                if report.is_empty() {
                    report.say("nothing to do: each facet has its file".to_owned());
                }
            }
        }
        report.finish()
    }
}

/// The names of the program's facets, which the command line accepts and completes.
fn names() -> PossibleValuesParser {
    let mut names: Vec<_> =
        registry::items::<FacetDefinition>().map(|(_, facet)| facet.name).collect();
    names.sort_unstable();
    PossibleValuesParser::new(names)
}

fn json(schema: &serde_json::Value) -> String {
    format!("{schema:#}\n")
}

/// Writes the schema of each facet and names it in the first line of the facet's files. A file
/// that cannot be written keeps no other from being written.
fn write_schemas<'a>(
    facets: impl Iterator<Item = &'a FacetDefinition>,
    root: &Path,
    report: &mut Report,
) {
    let directory = root.join(DIRECTORY);
    // Not with its parents: a root that is not there is a mistake, and not to be made.
    if let Err(error) = std::fs::create_dir(&directory)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        report.fail(&directory, error);
        return;
    }
    let files = files(root);
    for facet in facets {
        let name = format!("{}.toml", facet.name);
        let own: Vec<_> = files.iter().filter(|file| **file == name).collect();
        let overlays: Vec<_> = files.iter().filter(|file| is_overlay(file, facet.name)).collect();
        write_schema(&schema_file(facet), &facet.schema(), &own, root, report);
        if !overlays.is_empty() {
            let schema = format!("{DIRECTORY}/{}.overlay.schema.json", facet.name);
            write_schema(&schema, &facet.overlay_schema(), &overlays, root, report);
        }
    }
}

fn write_schema(
    file: &str,
    schema: &serde_json::Value,
    named_by: &[&String],
    root: &Path,
    report: &mut Report,
) {
    let path = root.join(file);
    match write::replace(&path, |_| Some(json(schema).into_bytes())) {
        Ok(true) => report.say(format!("wrote `{file}`")),
        Ok(false) => {}
        Err(error) => return report.fail(&path, error),
    }
    for named_by in named_by {
        let path = root.join(named_by);
        let line = format!("{}{file}", schema_line::BEGINNING);
        match write::replace(&path, |text| schema_line::with(text, &line)) {
            Ok(true) => report.say(format!("named it in `{named_by}`")),
            Ok(false) => {}
            Err(error) => report.fail(&path, error),
        }
    }
}

/// Writes the default file of a facet, unless it has a file.
fn write_default(facet: &FacetDefinition, root: &Path, file: &str) -> io::Result<bool> {
    let schema = schema_file(facet);
    let line = match root.join(&schema).is_file() {
        true => format!("{}{schema}\n", schema_line::BEGINNING),
        false => String::new(),
    };
    write::create(&root.join(file), format!("{line}{}", facet.template()).as_bytes())
}

fn written(facet: &FacetDefinition, file: &str) -> String {
    let required = facet.required_keys();
    match required.is_empty() {
        true => format!("wrote `{file}`"),
        false => {
            format!("wrote `{file}`; its required keys are yours to set: {}", required.join(", "))
        }
    }
}

/// Where a facet's schema is, relative to the root.
fn schema_file(facet: &FacetDefinition) -> String {
    format!("{DIRECTORY}/{}.schema.json", facet.name)
}

/// The names of the files at the root, sorted.
fn files(root: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut files: Vec<_> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    files.sort_unstable();
    files
}

/// Tells whether a file is called `NAME.PROFILE.toml`.
fn is_overlay(file: &str, facet: &str) -> bool {
    let profile = file
        .strip_suffix(".toml")
        .and_then(|stem| stem.strip_prefix(facet))
        .and_then(|rest| rest.strip_prefix('.'));
    profile.is_some_and(|profile| !profile.is_empty())
}

/// What was done, and what could not be.
#[derive(Default)]
struct Report {
    done: String,
    failures: Vec<crate::Error>,
}

impl Report {
    fn is_empty(&self) -> bool {
        self.done.is_empty() && self.failures.is_empty()
    }

    fn say(&mut self, line: String) {
        self.done.push_str(&line);
        self.done.push('\n');
    }

    fn fail(&mut self, path: &Path, error: io::Error) {
        let context = format!("`{}` cannot be written", path.display());
        self.failures.push(crate::Error::from(error).context(context));
    }

    fn finish(self) -> ExitCode {
        let printed = print(&self.done);
        if self.failures.is_empty() {
            return printed;
        }
        self.failures.iter().for_each(failure::report_error);
        ExitCode::from(exit_code::FAILED)
    }
}
