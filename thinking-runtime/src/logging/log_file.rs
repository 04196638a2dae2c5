//! A log file, or a series of them: names, the first line that creates it, and which ones stay.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use tracing_appender::rolling;

use super::lines::Destination;
use super::settings::{File, Rotation};
use crate::console;

/// What the names of log files end with.
const SUFFIX: &str = ".log";

/// A file that is made with its first line. What goes wrong with it is said once, on standard
/// error, and the program goes on.
pub(super) struct LogFile {
    root: PathBuf,
    directory: PathBuf,
    names: Names,
    rotation: Rotation,
    keep: usize,
    state: State,
    /// Lines that could not be written since the last one that could.
    missing: u64,
}

enum State {
    Unborn,
    Open {
        file: Box<dyn Write + Send>,
        period: i64,
    },
    /// It cannot be opened.
    Hopeless,
}

/// What the files of a series are called: `PREFIX`, then a stamp of time behind `separator`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Names {
    prefix: String,
    separator: char,
    /// The stamp of the session.
    stamp: Option<String>,
}

impl LogFile {
    /// Describes the file `name` of `logs.toml` in the given session.
    pub(super) fn new(name: &str, settings: &File, root: &Path, session: &str) -> LogFile {
        LogFile {
            root: root.to_owned(),
            directory: root.join(&*settings.directory),
            names: Names::new(name, settings, session),
            rotation: settings.rotation,
            keep: settings.keep,
            state: State::Unborn,
            missing: 0,
        }
    }

    /// The file, or, where it rotates by time, what its files have in common.
    fn path(&self) -> PathBuf {
        let Names { prefix, separator, stamp } = &self.names;
        self.directory.join(match (stamp, self.period_seconds()) {
            (Some(stamp), _) => format!("{prefix}{separator}{stamp}{SUFFIX}"),
            (None, None) => format!("{prefix}{SUFFIX}"),
            (None, Some(_)) => format!("{prefix}{separator}*{SUFFIX}"),
        })
    }

    fn period_seconds(&self) -> Option<i64> {
        match self.rotation {
            Rotation::Session | Rotation::Never => None,
            Rotation::Minutely => Some(60),
            Rotation::Hourly => Some(60 * 60),
            Rotation::Daily => Some(24 * 60 * 60),
        }
    }

    /// Numbers the time between two rotations.
    fn period(&self) -> i64 {
        self.period_seconds().map_or(0, |seconds| Timestamp::now().as_second() / seconds)
    }

    fn open(&self) -> io::Result<Box<dyn Write + Send>> {
        // A root that is gone, such as a test's, must not come back for its log.
        if !self.root.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the root is gone"));
        }
        fs::create_dir_all(&self.directory)?;
        let rotation = match self.rotation {
            Rotation::Session | Rotation::Never => {
                let file = OpenOptions::new().append(true).create(true).open(self.path())?;
                return Ok(Box::new(file));
            }
            Rotation::Minutely => rolling::Rotation::MINUTELY,
            Rotation::Hourly => rolling::Rotation::HOURLY,
            Rotation::Daily => rolling::Rotation::DAILY,
        };
        let appender = rolling::Builder::new()
            .rotation(rotation)
            .filename_prefix(&self.names.prefix)
            .filename_suffix(SUFFIX.trim_start_matches('.'));
        Ok(Box::new(appender.build(&self.directory).map_err(io::Error::other)?))
    }

    /// Opens the file if that was not tried yet, writes, and removes old files when a new one
    /// began.
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let now = self.period();
        if let State::Unborn = self.state {
            self.state = State::Hopeless;
            self.state = State::Open { file: self.open()?, period: now - 1 };
        }
        let State::Open { file, period } = &mut self.state else {
            return Err(io::ErrorKind::NotFound.into());
        };
        if self.missing > 0 {
            // What failed may have left half a line.
            file.write_all(b"\n")?;
        }
        file.write_all(line)?;
        if std::mem::replace(period, now) != now {
            // An old file too many is better than no log.
            let _ = self.names.remove_old(&self.directory, self.keep);
        }
        Ok(())
    }

    /// Says something about the file where a person sees it. The log itself is no place for it:
    /// this is the thread that writes it.
    fn warn(&self, text: &str) {
        let path = self.path();
        let path = path.strip_prefix(&self.root).unwrap_or(&path).display().to_string();
        let line = format!("warning: the log file `{path}` {text}\n");
        // Nobody is left to hear that standard error is closed.
        let _ = console::Stderr.write_all(line.as_bytes());
    }
}

impl Destination for LogFile {
    fn write_line(&mut self, line: &[u8]) -> bool {
        match (self.append(line), self.missing) {
            (Ok(()), 0) => {}
            (Ok(()), missing) => {
                self.missing = 0;
                self.warn(&format!("can be written again; lines missing in it: {missing}"));
            }
            (Err(error), missing) => {
                self.missing += 1;
                if missing == 0 {
                    self.warn(&format!("cannot be written: {error}; the program goes on"));
                }
                return false;
            }
        }
        true
    }
}

impl Names {
    fn new(name: &str, settings: &File, session: &str) -> Names {
        let (program, stamp) = split_session(session);
        let own = settings.prefix.clone().or((name != File::SESSION).then(|| name.to_owned()));
        match settings.rotation {
            Rotation::Session => Names {
                prefix: match own {
                    Some(own) => format!("{own}_{program}"),
                    None => program.to_owned(),
                },
                separator: '_',
                stamp: Some(stamp.to_owned()),
            },
            _ => Names {
                prefix: own.unwrap_or_else(|| program.to_owned()),
                separator: '.',
                stamp: None,
            },
        }
    }

    /// Removes all files of the series but the `keep` that were written last.
    ///
    /// By the time of writing, so that a session that runs for weeks beside many short ones keeps
    /// its log.
    fn remove_old(&self, directory: &Path, keep: usize) -> io::Result<()> {
        if keep == 0 {
            return Ok(());
        }
        let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_file() && self.is_one(&entry.file_name().to_string_lossy()) {
                files.push((metadata.modified()?, entry.path()));
            }
        }
        files.sort();
        let old = files.len().saturating_sub(keep);
        files[..old].iter().try_for_each(|(_, path)| fs::remove_file(path))
    }

    /// Tells whether a file belongs to the series. Nothing else may ever be removed, so the rest
    /// of its name has to be a stamp of time.
    fn is_one(&self, file: &str) -> bool {
        let rest = file.strip_prefix(&self.prefix);
        let stamp = rest
            .and_then(|rest| rest.strip_prefix(self.separator))
            .and_then(|rest| rest.strip_suffix(SUFFIX));
        stamp.is_some_and(is_stamp)
    }
}

/// Splits `digits_2026-11-21T11-03-39-007Z-4711` into the program's name and the stamp of time.
fn split_session(session: &str) -> (&str, &str) {
    session.rsplit_once('_').unwrap_or((session, "0"))
}

fn is_stamp(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || "-TZ".contains(c))
}

#[cfg(test)]
mod tests;
