//! Sets up `tracing` from `logs.toml`.
//!
//! Without a file: level `info`, one compact line per event on standard error, coloured on a
//! terminal. The profiles `debug` and `profiling` raise the default level to `debug`.
//!
//! ```toml
//! level = "info"          # off, error, warn, info, debug, trace
//! format = "compact"      # compact, pretty, json
//! stderr = true
//! stdout = false
//!
//! [filters]               # by module, finer than `level`
//! "digits::training" = "debug"
//! ```

use std::collections::BTreeMap;
use std::io::IsTerminal;

use serde::{Deserialize, Serialize};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::console;
use crate::profiles::{PROFILE_DEBUG, PROFILE_PROFILING, Profiles};
use crate::{Config, Facet, LogLayer};

mod compact;

use compact::{Compact, Fields};

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
    /// Whether events go to standard error.
    #[facet(auxiliary, default = true)]
    pub stderr: bool,
    /// Whether events go to standard output.
    #[facet(auxiliary, default = false)]
    pub stdout: bool,
}

/// The severity of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is logged.
    Off,
    /// Something failed.
    Error,
    /// Something looks wrong.
    Warn,
    /// The course of the program.
    Info,
    /// For those who look for a mistake.
    Debug,
    /// Everything.
    Trace,
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

/// Installs the process's subscriber and bridges the `log` crate to it.
///
/// `layers` get every event that the level and the filters let through. Returns whether it was
/// installed: a subscriber that is already there stays. Panics are logged from then on.
pub fn install(logs: Option<&Config<Logs>>, profiles: &Profiles, layers: Vec<LogLayer>) -> bool {
    let defaults = Logs { stderr: true, ..Logs::default() };
    let logs: &Logs = logs.map_or(&defaults, |logs| logs);
    let verbose = profiles.is_active(PROFILE_DEBUG) || profiles.is_active(PROFILE_PROFILING);
    let default_level = if verbose { Level::Debug } else { Level::Info };
    let targets = Targets::new()
        .with_default(LevelFilter::from(logs.level.unwrap_or(default_level)))
        .with_targets(
            logs.filters.iter().map(|(module, level)| (module, LevelFilter::from(*level))),
        );
    let stderr = logs
        .stderr
        .then(|| output(logs.format, || console::Stderr, std::io::stderr().is_terminal()));
    let stdout =
        logs.stdout.then(|| output(logs.format, std::io::stdout, std::io::stdout().is_terminal()));
    // An empty list of layers would be taken for one that wants nothing.
    let layers = (!layers.is_empty()).then_some(layers);
    let subscriber = tracing_subscriber::registry().with(layers).with(targets);
    let installed = subscriber.with(stderr).with(stdout).try_init().is_ok();
    // With no output the message of a panic still has the standard way.
    if installed && (logs.stderr || logs.stdout) {
        log_panics();
    }
    installed
}

/// Installs a subscriber that prints where the test runner captures it, without colours.
///
/// As with [`install`], a subscriber that is already there stays.
pub fn install_for_tests(profiles: &Profiles) {
    let verbose = profiles.is_active(PROFILE_DEBUG) || profiles.is_active(PROFILE_PROFILING);
    let level = if verbose { LevelFilter::TRACE } else { LevelFilter::DEBUG };
    let layer = fmt::layer().with_test_writer().with_ansi(false).compact();
    let _ = tracing_subscriber::registry().with(level).with(layer).try_init();
}

fn output<S, W>(format: Format, writer: W, terminal: bool) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = fmt::layer().with_writer(writer).with_ansi(console::has_colours(terminal));
    match format {
        Format::Compact => layer.event_format(Compact).fmt_fields(Fields).boxed(),
        Format::Pretty => layer.pretty().boxed(),
        Format::Json => layer.json().boxed(),
    }
}

/// Sends panics to the log instead of printing them, so that they are kept with everything else.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("a panic without a text");
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic: {message}");
    }));
}
