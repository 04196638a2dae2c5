//! The facet of `logs.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tracing_subscriber::filter::LevelFilter;

use crate::{Facet, RootPath, Section};

/// What is logged and where; the facet of `logs.toml`.
#[derive(Debug, Default, Serialize, Deserialize, Facet)]
#[facet(name = "logs")]
#[serde(default)]
pub struct Logs {
    /// The least severe level that is logged; `info`, or `debug` under the profiles `debug` and
    /// `profiling`, if unset.
    #[facet(auxiliary)]
    pub level: Option<Level>,
    /// Levels of modules and what is below them.
    #[facet(auxiliary)]
    pub filters: BTreeMap<String, Level>,
    /// The look of an event.
    #[facet(auxiliary, default = Format::Compact)]
    pub format: Format,
    /// Whether a line with its duration is logged when a span ends.
    #[facet(auxiliary, default = false)]
    pub spans: bool,
    /// The least severe level of the lines that are kept with a step's record.
    #[facet(auxiliary, default = Level::Info)]
    pub capture: Level,
    /// Standard error.
    #[facet(auxiliary, default = Stream::new(true))]
    pub stderr: Stream,
    /// Standard output.
    #[facet(auxiliary, default = Stream::new(false))]
    pub stdout: Stream,
    /// Files by name; `session` is there by default.
    #[facet(auxiliary, default = File::of_sessions())]
    pub files: BTreeMap<String, File>,
}

impl Logs {
    /// The values without any file, for a program whose `logs.toml` has mistakes.
    pub(super) fn without_file() -> Logs {
        let (stderr, files) = (Stream::new(true), File::of_sessions());
        Logs { stderr, files, ..Logs::default() }
    }
}

/// Standard error or output, as a place for events.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Section)]
#[serde(default, expecting = "a table such as `[stderr]` with `enabled = false`")]
pub struct Stream {
    /// Whether events go there.
    pub enabled: bool,
    /// A level of its own; the common one if unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Levels of modules, before the common ones.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub filters: BTreeMap<String, Level>,
    /// A look of its own; the common one if unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// Whether there are colours.
    pub colour: Colour,
}

impl Stream {
    fn new(enabled: bool) -> Stream {
        Stream { enabled, ..Stream::default() }
    }
}

/// A file, or a series of them, as a place for events.
#[derive(Debug, Clone, Serialize, Deserialize, Section)]
#[serde(default, expecting = "a table such as `[files.session]` with `enabled = false`")]
pub struct File {
    /// Whether events go there. If unset, they do, except to `session` under the profiles `debug`
    /// and `profiling`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Where the files are, relative to the root.
    pub directory: RootPath,
    /// What the names of the files begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// When a new file begins.
    pub rotation: Rotation,
    /// How many of the files stay when a new one begins, it included; 0 keeps all.
    pub keep: usize,
    /// A level of its own; the common one if unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Levels of modules, before the common ones.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub filters: BTreeMap<String, Level>,
    /// A look of its own; the common one if unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
}

impl File {
    /// The name of the file that is there by default.
    pub(super) const SESSION: &str = "session";

    fn of_sessions() -> BTreeMap<String, File> {
        BTreeMap::from([(Self::SESSION.to_owned(), File::default())])
    }
}

impl Default for File {
    fn default() -> Self {
        File {
            enabled: None,
            directory: RootPath::new(".thinking/logs"),
            prefix: None,
            rotation: Rotation::Session,
            keep: 10,
            level: None,
            filters: BTreeMap::new(),
            format: None,
        }
    }
}

/// When a new file begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rotation {
    /// With each process.
    #[default]
    Session,
    /// Each minute.
    Minutely,
    /// Each hour.
    Hourly,
    /// Each day, at midnight UTC.
    Daily,
    /// Never: all sessions write to one file.
    Never,
}

/// Whether a stream gets colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set; anywhere if `CLICOLOR_FORCE` is.
    #[default]
    Auto,
    /// Wherever it leads.
    Always,
    /// Not at all.
    Never,
}

/// The severity of an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is logged.
    Off,
    /// Something failed.
    Error,
    /// Something looks wrong.
    Warn,
    /// The course of the program.
    #[default]
    Info,
    /// For those who look for a mistake.
    Debug,
    /// Everything.
    Trace,
}

impl From<Level> for LevelFilter {
    fn from(level: Level) -> Self {
        match level {
            Level::Off => LevelFilter::OFF,
            Level::Error => LevelFilter::ERROR,
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
            Level::Trace => LevelFilter::TRACE,
        }
    }
}

impl From<tracing::Level> for Level {
    fn from(level: tracing::Level) -> Self {
        match level {
            tracing::Level::ERROR => Level::Error,
            tracing::Level::WARN => Level::Warn,
            tracing::Level::INFO => Level::Info,
            tracing::Level::DEBUG => Level::Debug,
            tracing::Level::TRACE => Level::Trace,
        }
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", LevelFilter::from(*self))
    }
}

/// How an event looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One line: time, level, the innermost spans, message, fields; the module below
    /// `info`.
    #[default]
    Compact,
    /// Several lines, with file and line of the source.
    Pretty,
    /// One JSON object per line.
    Json,
}
