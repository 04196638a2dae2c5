//! What `--help` says about the commands that read the store.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, ValueHint, value_parser};
use thinking_executor::Selector;

/// What a place is, for all commands that take one.
const PLACES: &str = "\
Places:
  experiment/train/epoch[38]   a task by its path, on the current branch
  epoch[38], train/epoch[38]   by the end of its path, if no other task ends so
  main                         a whole branch
  main:epoch[38]               a task on that branch; `:main` is a task with a branch's name
A place stands for all that was done up to its end. Quote brackets for the shell.";

/// Describes the commands; `program` is its name in the examples.
pub(in crate::commands) fn commands(program: &'static str) -> Vec<Command> {
    vec![
        status(program),
        tree(program),
        show(program),
        logs(program),
        state(program),
        diff(program),
        branches(program),
        export(program),
    ]
}

fn status(program: &str) -> Command {
    Command::new("status").about("Print how far each run is").after_help(format!(
        "Works while another process runs.\n\n\
         Examples:\n  \
         {program} status\n  \
         {program} status --json | jq '.runs[].steps'"
    ))
}

fn tree(program: &str) -> Command {
    Command::new("tree")
        .about("Print the tree of finished tasks, with how long each took")
        .arg(place("place").help("Only this task and those below it, or another branch"))
        .arg(
            Arg::new("depth")
                .long("depth")
                .value_name("N")
                .value_parser(value_parser!(usize))
                .help("How many levels below the uppermost task"),
        )
        .arg(flag("all", "Print every task, instead of one line for several of a kind"))
        .after_help(format!(
            "Five and more tasks of one name in a row are one line, unless one failed. What failed\n\
             and is not done is marked; so is a run on which a process is working. `--json` has\n\
             every task.\n\n\
             Examples:\n  \
             {program} tree --depth 1\n  \
             {program} tree train --all | less\n  \
             {program} tree main-2\n\n\
             {PLACES}"
        ))
}

fn show(program: &str) -> Command {
    Command::new("show")
        .about("Print what is recorded of a task: when, how long, why, with what result")
        .arg(place("place").required(true).help("The task, or a branch"))
        .arg(flag("all", "Print long results, and all tasks below a stage"))
        .after_help(format!(
            "Of a step: its session, what its result depends on (code, arguments, components,\n\
             settings that were read), the result, artifacts with their hashes, and attempts that\n\
             failed. Of a stage: a summary of the tasks below it.\n\n\
             Examples:\n  \
             {program} show 'epoch[38]'\n  \
             {program} show train\n  \
             {program} show 'main:evaluate[100]' --json | jq .result\n\n\
             {PLACES}"
        ))
}

fn logs(program: &str) -> Command {
    Command::new("logs")
        .about("Print the log lines that are kept with steps, and with attempts that failed")
        .arg(place("place").required(true).help("The task, or a branch"))
        .after_help(format!(
            "How much is kept of each step is bounded: the first and the last lines. From which\n\
             level on is set by `capture` in `logs.toml`.\n\n\
             Examples:\n  \
             {program} logs 'epoch[38]'\n  \
             {program} logs train | less\n\n\
             {PLACES}"
        ))
}

fn state(program: &str) -> Command {
    Command::new("state")
        .about("Print the tables of state, or the rows of one, as they are or were")
        .arg(Arg::new("table").value_name("TABLE").help("The table; without it, all by name"))
        .arg(
            place("at")
                .long("at")
                .help("As it was at the end of this task or branch, instead of now"),
        )
        .args(limits("rows"))
        .arg(
            flag("csv", "Print CSV, with a column for each field of a record")
                .requires("table")
                .conflicts_with("json"),
        )
        .after_help(format!(
            "Keys of types that only the program knows are shown as bytes. `--json` and `--csv`\n\
             are limited as the text is: ask for `--all`.\n\n\
             Examples:\n  \
             {program} state\n  \
             {program} state metrics --at 'epoch[20]'\n  \
             {program} state metrics --at main-2 --all --csv > metrics.csv\n\n\
             {PLACES}"
        ))
}

fn diff(program: &str) -> Command {
    Command::new("diff")
        .about("Print what is different between two branches or places")
        .arg(place("a").value_name("A").required(true).help("The one place"))
        .arg(place("b").value_name("B").required(true).help("The other place"))
        .args(limits("steps of a kind, and rows of a table"))
        .after_help(format!(
            "Tells where they part, which steps only one has, what steps on both depend on and is\n\
             not the same (settings, components, arguments, code), and puts results and rows of\n\
             state that differ side by side.\n\n\
             Examples:\n  \
             {program} diff main main-2\n  \
             {program} diff 'epoch[20]' 'epoch[30]'\n  \
             {program} diff main hot --all --json | jq '.tables[] | select(.table == \"metrics\")'\n\n\
             {PLACES}"
        ))
}

fn branches(program: &str) -> Command {
    Command::new("branches")
        .about("Print the branches of each run, and where they left others")
        .after_help(format!(
            "`*` marks the branch on which the next session goes on.\n\n\
             Examples:\n  \
             {program} branches\n  \
             {program} branches --json | jq '.[] | select(.is_current) | .branch'"
        ))
}

fn export(program: &str) -> Command {
    Command::new("export")
        .about("Copy artifacts out of the store, checked against their hashes")
        .arg(
            Arg::new("what")
                .value_name("PLACE|NAME")
                .required(true)
                .help("A task, or the name of an artifact on the current branch"),
        )
        .arg(
            Arg::new("only")
                .long("only")
                .value_name("NAME")
                .help("Only the artifacts with this name"),
        )
        .arg(
            Arg::new("to")
                .long("to")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::DirPath)
                .help("Where they are copied to, instead of the working directory"),
        )
        .arg(flag("force", "Replace files that are there with other content"))
        .after_help(format!(
            "Those of a step lie in DIR under their names, those of a stage in a directory per\n\
             task. A file that is there with other content stays, and the command fails.\n\n\
             Examples:\n  \
             {program} export report.md --to out\n  \
             {program} export 'epoch[38]' --only model.bin\n  \
             {program} export main:train --to models\n\n\
             {PLACES}"
        ))
}

fn place(name: &'static str) -> Arg {
    Arg::new(name).value_name("PLACE").value_parser(value_parser!(Selector))
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn limits(what: &str) -> [Arg; 2] {
    [
        Arg::new("limit")
            .long("limit")
            .value_name("N")
            .value_parser(value_parser!(usize))
            .conflicts_with("all")
            .help(format!("Print at most N {what} instead of {}", super::SHOWN_MAX)),
        flag("all", "Print everything"),
    ]
}
