//! The commands that read what the store says about the runs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ArgMatches;
use serde::Serialize;
use thinking_dbs::DatabaseError;
use thinking_executor::{
    DiffLimits, Place, Selector, StateTable, Status, TableRow, TreeLimits, View, ViewError,
    WallClock, branches_text, logs_text, rows_csv, rows_text, tables_text,
};
use thinking_runtime::exit_code;

use super::print;
use crate::{Error, failure};

mod describe;
mod export;

pub(super) use describe::commands;

/// How many rows or steps are printed unless all are asked for.
const SHOWN_MAX: usize = 50;

/// What is shown of the runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shown {
    Status,
    Tree { place: Option<Selector>, limits: TreeLimits },
    Show { place: Selector, all: bool },
    Logs { place: Selector },
    State { table: Option<String>, at: Option<Selector>, limit: Option<usize>, csv: bool },
    Diff { a: Selector, b: Selector, limit: usize },
    Branches,
    Export { what: String, only: Option<String>, to: PathBuf, force: bool },
}

impl Shown {
    /// Reads a command of [`commands`]; `None` for others.
    pub(super) fn parse(name: &str, matches: &ArgMatches) -> Option<Shown> {
        let selector = |name: &str| matches.get_one::<Selector>(name).cloned();
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        let limit = || match matches.get_flag("all") {
            true => None,
            false => Some(matches.get_one("limit").copied().unwrap_or(SHOWN_MAX)),
        };
        Some(match name {
            "status" => Shown::Status,
            "tree" => Shown::Tree {
                place: selector("place"),
                limits: TreeLimits {
                    depth: matches.get_one("depth").copied().unwrap_or(usize::MAX),
                    folded: !matches.get_flag("all"),
                },
            },
            "show" => Shown::Show { place: selector("place")?, all: matches.get_flag("all") },
            "logs" => Shown::Logs { place: selector("place")? },
            "state" => Shown::State {
                table: text("table"),
                at: selector("at"),
                limit: limit(),
                csv: matches.get_flag("csv"),
            },
            "diff" => Shown::Diff {
                a: selector("a")?,
                b: selector("b")?,
                limit: limit().unwrap_or(usize::MAX),
            },
            "branches" => Shown::Branches,
            "export" => Shown::Export {
                what: text("what")?,
                only: text("only"),
                to: matches.get_one::<PathBuf>("to").cloned().unwrap_or_else(|| ".".into()),
                force: matches.get_flag("force"),
            },
            _ => return None,
        })
    }

    /// Reads the store at `path`, which another process may be writing, and prints it.
    pub(super) fn print(&self, path: &Path, json: bool) -> ExitCode {
        let text = match View::open(path) {
            Ok(view) => self.text(&view, json),
            Err(ViewError::Database(DatabaseError::Absent { path, .. })) => {
                self.nothing(&path, json)
            }
            Err(error) => Err(error.into()),
        };
        match text {
            Ok(text) => print(&text),
            Err(error) => {
                failure::report_error(&error);
                ExitCode::from(code(&error))
            }
        }
    }

    /// Nothing has run yet: people read that, tools read a list without runs.
    fn nothing(&self, path: &Path, json: bool) -> Result<String, Error> {
        let store = path.display().to_string();
        let nothing = format!("nothing has run yet: there is nothing in `{store}`");
        match (self, json) {
            (Shown::Status, true) => {
                Ok(failure::json_text(&Status { store, owner: None, runs: Vec::new() }))
            }
            (Shown::Tree { place: None, .. } | Shown::Branches, true) => Ok("[]\n".to_owned()),
            (Shown::Status | Shown::Tree { place: None, .. } | Shown::Branches, false) => {
                Ok(nothing + "\n")
            }
            _ => Err(Error::msg(nothing)),
        }
    }

    fn text(&self, view: &View, json: bool) -> Result<String, Error> {
        let clock = WallClock::system();
        let is_empty = || Ok::<_, Error>(view.current()?.is_empty());
        Ok(match self {
            _ if is_empty()? => self.nothing(view.path(), json)?,
            Shown::Status => {
                let status = view.status()?;
                rendered(json, &status, || status.text(&clock))
            }
            Shown::Tree { place, limits } => {
                let places = match place {
                    Some(place) => vec![view.find(place)?],
                    None => view.current()?,
                };
                let nodes = places.iter().map(|place| view.tree(place));
                let nodes = nodes.collect::<Result<Vec<_>, _>>()?;
                rendered(json, &nodes, || {
                    nodes.iter().map(|node| node.draw(*limits)).collect::<Vec<_>>().join("\n")
                })
            }
            Shown::Show { place, all } => {
                let task = view.task(&view.find(place)?)?;
                rendered(json, &task, || task.text(&clock, *all))
            }
            Shown::Logs { place } => {
                let place = view.find(place)?;
                let logs = view.logs(&place)?;
                rendered(json, &logs, || match logs.is_empty() {
                    true => format!("`{place}` logged nothing\n"),
                    false => logs_text(&logs),
                })
            }
            Shown::State { table, at, limit, csv } => {
                let place = match at {
                    Some(at) => view.find(at)?,
                    None => only_run(view)?,
                };
                match table {
                    Some(table) => rows(view, table, &place, *limit, json, *csv)?,
                    None => {
                        let tables = view.tables(&place)?;
                        rendered(json, &Tables { place: &place, tables: &tables }, || {
                            format!("after {place}\n{}", tables_text(&tables))
                        })
                    }
                }
            }
            Shown::Diff { a, b, limit } => {
                let limits = DiffLimits { steps: *limit, rows: *limit };
                let diff = view.diff(&view.find(a)?, &view.find(b)?, limits)?;
                rendered(json, &diff, || diff.text())
            }
            Shown::Branches => {
                let branches = view.branches()?;
                rendered(json, &branches, || branches_text(&branches, &clock))
            }
            Shown::Export { what, only, to, force } => {
                let exported = export::all(view, what, only.as_deref(), to, *force)?;
                rendered(json, &exported, || export::text(&exported))
            }
        })
    }
}

/// The tables of state at a place, for tools.
#[derive(Serialize)]
struct Tables<'a> {
    place: &'a Place,
    tables: &'a [StateTable],
}

/// The rows of a table at a place, for tools.
#[derive(Serialize)]
struct Rows<'a> {
    place: &'a Place,
    table: &'a str,
    rows: &'a [TableRow],
    /// How many rows the table has.
    count: u64,
}

/// Reads the rows of a table, and at most so many of them if there is a limit.
fn rows(
    view: &View,
    table: &str,
    place: &Place,
    limit: Option<usize>,
    json: bool,
    csv: bool,
) -> Result<String, Error> {
    let mut all = view.rows(table, place)?;
    let limit = limit.unwrap_or(usize::MAX);
    let rows = all.by_ref().take(limit).collect::<Result<Vec<_>, _>>()?;
    if csv {
        return Ok(rows_csv(&rows));
    }
    let left = all.count_left()?;
    let count = rows.len() as u64 + left;
    Ok(rendered(json, &Rows { place, table, rows: &rows, count }, || {
        let rest = match left {
            0 => String::new(),
            left => format!("… {left} more rows: `--all` shows them\n"),
        };
        format!("table {table} after {place}: {count} rows\n{}{rest}", rows_text(&rows))
    }))
}

/// Returns the current branch of the only run.
fn only_run(view: &View) -> Result<Place, Error> {
    let mut places = view.current()?;
    match places.len() {
        1 => Ok(places.remove(0)),
        _ => {
            let places: Vec<_> = places.iter().map(|place| format!("`--at {place}`")).collect();
            let error = format!("there are several runs; say which: {}", places.join(", "));
            Err(Unknown(error).into())
        }
    }
}

/// What a command line names and is not there, or is there several times.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unknown(String);

fn code(error: &Error) -> u8 {
    let is_place =
        |error: &ViewError| matches!(error, ViewError::NoPlace(_) | ViewError::NoTable { .. });
    match error.is::<Unknown>() || error.downcast_ref().is_some_and(is_place) {
        true => exit_code::USAGE,
        false => exit_code::FAILED,
    }
}

fn rendered(json: bool, document: &impl Serialize, text: impl FnOnce() -> String) -> String {
    match json {
        true => failure::json_text(document),
        false => text(),
    }
}
