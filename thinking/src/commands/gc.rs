//! `gc`: what nothing in the store needs any more, and its removal.

use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use jiff::{Span, Timestamp, Zoned};
use serde::Serialize;
use thinking_dbs::DatabaseError;
use thinking_executor::{Garbage, Old, ViewError, collect_garbage};
use thinking_runtime::{ByteSize, exit_code};

use super::print;
use crate::failure;

/// What `gc` was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gc {
    old: Old,
    delete: bool,
}

/// What is printed with `--json`.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    garbage: &'a Garbage,
    /// Whether it was removed.
    deleted: bool,
    /// How many bytes the store's file became shorter.
    freed: u64,
}

impl Gc {
    pub(super) fn describe() -> clap::Command {
        let flag = |name: &'static str, help: &'static str| {
            Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
        };
        clap::Command::new("gc")
            .about("Print what nothing in the store needs any more, or delete it")
            .arg(flag("delete", "Delete it, and give the space back to the file system"))
            .arg(flag("branches", "Also all branches that are not the current one of their run"))
            .arg(
                Arg::new("older-than")
                    .long("older-than")
                    .value_name("SPAN")
                    .value_parser(value_parser!(Span))
                    .requires("branches")
                    .help("Of these branches only those made before that time, such as `30d`"),
            )
            .arg(
                Arg::new("branch")
                    .long("branch")
                    .value_name("NAME")
                    .action(ArgAction::Append)
                    .help("Also this branch; may be given several times"),
            )
    }

    pub(super) fn parse(matches: &ArgMatches) -> Gc {
        // A span that leads out of the calendar leaves nothing that is older.
        let before = matches.get_one::<Span>("older-than").map(|span| {
            let moment = Zoned::now().checked_sub(*span);
            moment.map_or(Timestamp::MIN, |moment| moment.timestamp())
        });
        let named = matches.get_many::<String>("branch").into_iter().flatten();
        let old =
            Old { branches: matches.get_flag("branches"), before, named: named.cloned().collect() };
        Gc { old, delete: matches.get_flag("delete") }
    }

    /// Lists what the store at `path` does not need, or deletes it.
    pub(super) fn execute(&self, path: &Path, json: bool) -> ExitCode {
        let found = match self.delete {
            true => collect_garbage(path, &self.old),
            false => Garbage::find(path, &self.old).map(|garbage| (garbage, 0)),
        };
        let (garbage, freed) = match found {
            Err(ViewError::Database(DatabaseError::Absent { path, .. })) => {
                (Garbage::of_nothing(&path), 0)
            }
            Err(error) => {
                failure::report_error(&error.into());
                return ExitCode::from(exit_code::FAILED);
            }
            Ok(found) => found,
        };
        if json {
            let report = Report { garbage: &garbage, deleted: self.delete, freed };
            return print(&failure::json_text(&report));
        }
        print(&self.text(&garbage, freed))
    }

    fn text(&self, garbage: &Garbage, freed: u64) -> String {
        if garbage.is_empty() {
            return format!("everything in `{}` is needed\n", garbage.store);
        }
        let mut text = String::new();
        for branch in &garbage.branches {
            let steps = branch.steps;
            let shared = if branch.shared { "; what other branches share stays" } else { "" };
            let steps = counted(steps, "step", "steps");
            text.push_str(&format!(
                "branch    `{}` of `{}`: {steps} of its own{shared}\n",
                branch.branch, branch.run
            ));
        }
        for (kind, count) in &garbage.rows {
            text.push_str(&format!("rows      {}\n", rows(kind, *count)));
        }
        for file in &garbage.files {
            let size = ByteSize::new(file.bytes);
            text.push_str(&format!("file      {} ({size})\n", file.path.display()));
        }
        let bytes = ByteSize::new(garbage.bytes());
        text.push_str(&match self.delete {
            true => format!(
                "deleted   {bytes}; `{}` is {} shorter\n",
                garbage.store,
                ByteSize::new(freed)
            ),
            false => format!("in all    {bytes}; `gc --delete` with the same options deletes it\n"),
        });
        if let Some(owner) = &garbage.owner {
            text.push_str(&format!("in use    by {owner}: it has to end before\n"));
        }
        text
    }
}

/// Says how many rows of a kind there are, in the words of those who do not know the store.
fn rows(kind: &str, count: u64) -> String {
    let (one, several) = match kind {
        "branches" => ("branch", "branches"),
        "heads" => ("run without a branch", "runs without a branch"),
        "steps" => ("finished step", "finished steps"),
        "results" => ("result", "results"),
        "prints" => ("record of what results depend on", "records of what results depend on"),
        "checkpoints" => ("checkpoint", "checkpoints"),
        "failures" => ("attempt that failed", "attempts that failed"),
        "sessions" => ("session", "sessions"),
        "logs" => ("log of a step", "logs of steps"),
        "tables" => ("table's types", "tables' types"),
        "state" => ("row of state", "rows of state"),
        "seals" => ("seal of a stage", "seals of stages"),
        "acceptances" => ("result that somebody vouched for", "results that somebody vouched for"),
        other => return format!("{count} of `{other}`"),
    };
    counted(count, one, several)
}

fn counted(count: u64, one: &str, several: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    }
}

#[cfg(test)]
mod tests {
    //! No kind of rows is shown by a name of the store's.

    use thinking_executor::storage::Space;

    use super::rows;

    #[test]
    fn every_kind_has_words() {
        for space in Space::ALL.into_iter().filter(|space| *space != Space::Meta) {
            let (one, several) = (rows(space.kind(), 1), rows(space.kind(), 2));
            assert!(one.starts_with("1 ") && several.starts_with("2 "), "{one}, {several}");
            assert!(!one.contains('`') && one[2..] != several[2..], "{one}, {several}");
        }
    }
}
