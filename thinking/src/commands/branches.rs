//! `fork`, `rollback` and `switch`: other branches, on request.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Arg, ArgMatches};
use thinking_dbs::Database;
use thinking_executor::{BranchChange, BranchError, Executor, Store, store_path};
use thinking_runtime::Runtime;

use super::print;
use crate::again::Again;
use crate::failure::{self, json_text};

/// What happens to the branches of a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Branching {
    Fork { at: String, name: Option<String> },
    Rollback { to: String },
    Switch { branch: String },
}

impl Branching {
    /// Describes the commands to clap.
    pub(super) fn commands() -> [clap::Command; 3] {
        let place = |name: &'static str, help: &'static str| {
            Arg::new(name).long(name).value_name("PLACE").required(true).help(help)
        };
        [
            clap::Command::new("fork")
                .about("Make a branch that goes on behind a task, and make it the current one")
                .arg(place("at", "The task: a path, the end of one, or BRANCH:PATH"))
                .arg(
                    Arg::new("name")
                        .long("name")
                        .value_name("NAME")
                        .help("The branch's name; without it, it gets a number"),
                ),
            clap::Command::new("rollback")
                .about("Go back to a task; those after it stay on the branch that is left")
                .arg(place("to", "The task: a path, the end of one, or BRANCH:PATH")),
            clap::Command::new("switch").about("Make another branch the current one").arg(
                Arg::new("branch")
                    .value_name("BRANCH")
                    .required(true)
                    .help("The branch, or BRANCH:RUN"),
            ),
        ]
    }

    /// Reads one of the commands; `None` if it is another.
    pub(super) fn parse((name, matches): (&str, &ArgMatches)) -> Option<Branching> {
        let text = |name| matches.get_one::<String>(name).cloned();
        match name {
            "fork" => Some(Branching::Fork { at: text("at")?, name: text("name") }),
            "rollback" => Some(Branching::Rollback { to: text("to")? }),
            "switch" => Some(Branching::Switch { branch: text("branch")? }),
            _ => None,
        }
    }

    /// Does it, in the store of the program; `None` if a facet has mistakes.
    pub(super) fn execute(&self, runtime: &Runtime, again: &Again, json: bool) -> Option<ExitCode> {
        let path = store_path(runtime)?;
        let executor = runtime.facets().config::<Executor>().ok()?;
        Some(match self.change(executor.database(), &path) {
            Ok(change) if json => print(&json_text(&change)),
            Ok(change) => print(&self.describe(change.as_ref(), again)),
            Err(error) => {
                failure::report_error(&error);
                ExitCode::from(failure::code(&error))
            }
        })
    }

    /// Returns nothing if everything is as it should be already.
    fn change(&self, name: &str, path: &Path) -> crate::Result<Option<BranchChange>> {
        // Opening it would make it.
        if !path.exists() {
            return Err(BranchError::Empty.into());
        }
        let store = Store::open(Arc::new(Database::open(name, path)?))?;
        Ok(match self {
            Branching::Fork { at, name } => Some(store.fork_at(at, name.as_deref())?),
            Branching::Rollback { to } => store.roll_back_to(to)?,
            Branching::Switch { branch } => {
                Some(store.switch_to(branch)?).filter(|change| change.left != change.branch)
            }
        })
    }

    fn describe(&self, change: Option<&BranchChange>, again: &Again) -> String {
        let Some(change) = change else {
            return match self {
                Branching::Switch { branch } => {
                    format!("`{branch}` is the current branch already\n")
                }
                _ => "nothing is recorded after it: everything is as it was\n".to_owned(),
            };
        };
        let BranchChange { run, left, branch, behind, .. } = change;
        let steps = |count: u64| match count {
            1 => "1 step".to_owned(),
            count => format!("{count} steps"),
        };
        let mut text =
            format!("`{run}` goes on on branch `{branch}` after {}\n", steps(change.steps));
        text += &match behind {
            0 => format!("to return to branch `{left}`:\n"),
            behind => format!("branch `{left}` keeps {} of its own; to return:\n", steps(*behind)),
        };
        text + &format!("  {}\n", again.other(&["switch", left]))
    }
}
