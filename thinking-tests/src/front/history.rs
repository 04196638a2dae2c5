//! The history on disk: what earlier runs found, one line per run.
//!
//! Every reader and writer holds the lock of a file beside it, `history.jsonl.lock`: the history
//! itself is replaced by another file when lines are left out.

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::FrontError;
use super::files::file_error;
use super::terminal;
use crate::report::{PastLine, PastRun, RunReport};

/// The earlier runs, from the oldest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Past {
    /// Those that could be read.
    pub runs: Vec<PastRun>,
    /// The numbers of lines that hold no run, from 1, as a write leaves them that was cut short.
    pub broken: Vec<usize>,
}

/// Reads the history at `path`; one that is not there is empty.
///
/// # Errors
///
/// [`FrontError::File`] if it cannot be read or locked.
pub fn read(path: &Path) -> Result<Past, FrontError> {
    match fs::exists(path) {
        Ok(false) => return Ok(Past::default()),
        Ok(true) => {}
        Err(source) => return Err(file_error(path, source)),
    }
    let _lock = lock(path, File::lock_shared)?;
    Ok(Past::of(&text(path)?))
}

/// Appends `run` to the history at `path` and returns what was there before.
///
/// Only the last `keep` lines stay. Lines of newer versions count among them; broken lines do not
/// stay, so that each is reported once. Runs at the same time wait for each other, and none is lost.
///
/// # Errors
///
/// - [`FrontError::File`] if a file cannot be read, written or locked. The history is as it was, or
///   its last line is cut short, which the next call repairs.
/// - [`FrontError::NoHistory`] if `path` has lines, and not one of a history. It is left alone.
pub fn append(path: &Path, run: &PastRun, keep: usize) -> Result<Past, FrontError> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).map_err(|source| file_error(dir, source))?;
    }
    let _lock = lock(path, File::lock)?;
    let old = text(path)?;
    let past = Past::of(&old);
    if !past.broken.is_empty() && past.broken.len() == old.lines().count() {
        return Err(FrontError::NoHistory { path: path.to_owned() });
    }
    let line = run.to_line() + "\n";
    let is_whole = past.broken.is_empty() && (old.is_empty() || old.ends_with('\n'));
    if is_whole && old.lines().count() < keep {
        let file = OpenOptions::new().create(true).append(true).open(path);
        // One write: where locks are not kept, as on some network disks, lines stay whole.
        file.and_then(|mut file| file.write_all(line.as_bytes()))
            .map_err(|source| file_error(path, source))?;
        return Ok(past);
    }
    let kept = old.lines().filter(|line| PastLine::parse(line) != PastLine::Broken);
    let lines: Vec<_> = kept.chain(line.lines()).collect();
    let first = lines.len().saturating_sub(keep);
    replace(path, &lines[first..]).map_err(|source| file_error(path, source))?;
    Ok(past)
}

/// Puts the earlier runs into `run` and appends it to the history at `path`.
///
/// A run is worth more than its history, so what goes wrong here is only shown.
pub(super) fn record(path: &Path, keep: usize, partial: bool, run: &mut RunReport) {
    match append(path, &PastRun::of(run, partial), keep) {
        Ok(past) => {
            if let Some(warning) = past.warning(path) {
                terminal::warning(&warning);
            }
            run.history = past.runs;
        }
        Err(error) => terminal::warning(&with_source(&error)),
    }
}

impl Past {
    fn of(text: &str) -> Self {
        let mut past = Self::default();
        for (index, line) in text.lines().enumerate() {
            match PastLine::parse(line) {
                PastLine::Run(run) => past.runs.push(run),
                PastLine::Newer => {}
                PastLine::Broken => past.broken.push(index + 1),
            }
        }
        past
    }

    /// Names the lines that were left out, if there are any.
    fn warning(&self, path: &Path) -> Option<String> {
        let (first, others) = self.broken.split_first()?;
        let path = path.display();
        Some(match others.len() {
            0 => format!("line {first} of `{path}` holds no run and was left out"),
            more => {
                format!("line {first} of `{path}` and {more} more hold no run and were left out")
            }
        })
    }
}

fn with_source(error: &FrontError) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Takes the lock of the history at `path`, which is held until the file is dropped.
fn lock(path: &Path, take: fn(&File) -> io::Result<()>) -> Result<File, FrontError> {
    let lock = beside(path, ".lock");
    let file = OpenOptions::new().create(true).append(true).open(&lock);
    file.and_then(|file| take(&file).map(|()| file)).map_err(|source| file_error(&lock, source))
}

/// Reads the history; bytes that are no text spoil only their line.
fn text(path: &Path) -> Result<String, FrontError> {
    match fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(source) => Err(file_error(path, source)),
    }
}

/// Puts a file with `lines` in the place of the history, all at once.
fn replace(path: &Path, lines: &[&str]) -> io::Result<()> {
    let new = beside(path, ".new");
    let mut file = File::create(&new)?;
    let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(new, path)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests;
