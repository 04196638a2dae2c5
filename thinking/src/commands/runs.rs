//! `status` and `tree`: what the store says about the runs.

use std::path::Path;
use std::process::ExitCode;

use thinking_dbs::DatabaseError;
use thinking_executor::{Node, View, ViewError};
use thinking_runtime::exit_code;

use super::print;
use crate::failure;

/// What is shown of the runs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shown {
    Status,
    Tree,
}

impl Shown {
    /// Reads the store at `path`, which another process may be writing, and prints it.
    pub(super) fn print(self, path: &Path, json: bool) -> ExitCode {
        match View::read(path) {
            Ok(view) if view.runs.is_empty() => self.print_nothing(path, json),
            Ok(view) => self.print_view(&view, json),
            Err(ViewError::Database(DatabaseError::Absent { path, .. })) => {
                self.print_nothing(&path, json)
            }
            Err(error) => failed(&error.into()),
        }
    }

    /// Nothing has run yet: people read that, tools read a view without runs.
    fn print_nothing(self, path: &Path, json: bool) -> ExitCode {
        let store = path.display().to_string();
        match json {
            true => self.print_view(&View { store, owner: None, runs: Vec::new() }, json),
            false => print(&format!("nothing has run yet: there is nothing in `{store}`\n")),
        }
    }

    fn print_view(self, view: &View, json: bool) -> ExitCode {
        let trees = || view.runs.iter().map(Node::of).collect::<Vec<_>>();
        let text = match (self, json) {
            (Shown::Tree, false) => Ok(view.tree()),
            (Shown::Status, false) => Ok(view.status()),
            (Shown::Tree, true) => serde_json::to_string_pretty(&trees()),
            (Shown::Status, true) => serde_json::to_string_pretty(view),
        };
        match text {
            Ok(text) if json => print(&format!("{text}\n")),
            Ok(text) => print(&text),
            Err(error) => failed(&error.into()),
        }
    }
}

fn failed(error: &crate::Error) -> ExitCode {
    failure::report_error(error);
    ExitCode::from(exit_code::FAILED)
}
