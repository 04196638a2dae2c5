//! Lines that a person types, with editing and a history.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use calculator::cli::Lines;
use rustyline::error::ReadlineError;
use rustyline::{DefaultEditor, config};
use thinking::prelude::*;

const PROMPT: &str = "> ";
/// How many lines the history keeps.
const HISTORY_LINES: usize = 1000;

/// A line editor and its history, which is on disk after each line.
pub(super) struct Terminal {
    editor: Mutex<DefaultEditor>,
    history: PathBuf,
}

impl Terminal {
    /// Prepares the terminal; takes the history from the file `history`, if there is one.
    ///
    /// # Errors
    ///
    /// The terminal cannot be set up. A history that cannot be read is only worth a warning.
    pub(super) fn open(history: &Path) -> Result<Self> {
        let config = config::Config::builder()
            .max_history_size(HISTORY_LINES)?
            .history_ignore_dups(true)?
            // So that answers can go to a file while the prompt is on the screen.
            .behavior(config::Behavior::PreferTerm)
            .build();
        let mut editor = DefaultEditor::with_config(config)?;
        match editor.load_history(history) {
            Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => warn("read", history, &error),
            Ok(()) => {}
        }
        Ok(Terminal { editor: Mutex::new(editor), history: history.to_owned() })
    }
}

impl Lines for Terminal {
    fn next(&self) -> Result<Option<String>> {
        let mut editor = self.editor.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match editor.readline(PROMPT) {
                Ok(line) => {
                    if !line.trim().is_empty() && editor.add_history_entry(&line)? {
                        let appended = editor.append_history(&self.history);
                        appended.unwrap_or_else(|error| warn("write", &self.history, &error));
                    }
                    return Ok(Some(line));
                }
                // ^C gives up this line, and ^D on an empty one the program, as in a shell.
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn are_typed(&self) -> bool {
        true
    }
}

fn warn(what: &str, history: &Path, error: &ReadlineError) {
    tracing::warn!("cannot {what} the history `{}`: {error}", history.display());
}
