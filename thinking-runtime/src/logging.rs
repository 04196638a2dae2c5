//! Sets up `tracing` from `logs.toml`.
//!
//! Without a file: level `info`, one compact line per event on standard error and in a file per
//! session, `.thinking/logs/SESSION.log` below the root, of which the ten written last are kept.
//! The profiles `debug` and `profiling` raise the default level to `debug` and have no such file.
//! In tests events go where the test runner captures them, from level `debug` on, and to no file.
//! All of it, with the defaults:
//!
//! ```toml
//! level = "info"            # off, error, warn, info, debug, trace
//! format = "compact"        # compact, pretty, json
//! spans = false             # whether a line with its duration is logged when a span ends
//! capture = "info"          # level of the lines that are kept with a step's record
//!
//! [filters]                 # by module and what is below it, finer than `level`
//! # "digits::training" = "debug"
//!
//! [stderr]
//! enabled = true
//! colour = "auto"           # auto, always, never
//! # level, [stderr.filters] and format as above, for this output; before the common ones
//!
//! [stdout]                  # the same keys
//! enabled = false
//!
//! [files.session]           # any number of files: `session` is there by default
//! # enabled = true          # false without it under the profiles `debug` and `profiling`
//! directory = ".thinking/logs"  # made when the first line is written
//! # prefix = "trace"        # of the files' names; see below
//! rotation = "session"      # session, minutely, hourly, daily, never
//! keep = 10                 # files that stay when a new one begins; 0 keeps all
//! # level, [files.session.filters] and format as for `stderr`
//! ```
//!
//! Variables reach everything, such as `THINKING_LOGS__LEVEL=debug` or
//! `THINKING_LOGS__FILES__SESSION__LEVEL=trace`; since no variable's name can hold a module's,
//! filters are given as a whole: `THINKING_LOGS__FILTERS='{ "digits::training" = "debug" }'`, or
//! `--set logs.filters.digits::training=debug`. `RUST_LOG` is not read: it is often set for other
//! programs, and `config` could not say where a level came from.
//!
//! # Files
//!
//! | rotation | name |
//! |---|---|
//! | `session` | `SESSION.log`, where a session is called `PROGRAM_TIME`; with a prefix `PREFIX_SESSION.log` |
//! | `minutely`, `hourly`, `daily` | `PREFIX.2026-11-21.log`, with `-HH` and `-HH-MM` where it is finer; by UTC |
//! | `never` | `PREFIX.log` |
//!
//! The prefix, if unset, is the file's name in `logs.toml`; for `session` it is the program's. Old
//! files are removed by the time of their last line, and only if the rest of their name is a stamp
//! of time.
//!
//! Lines go to a file through [`tracing_appender::non_blocking()`], so those who log do not wait for
//! the disk, as long as it keeps up. No line is dropped. All of them are written at the end of
//! `main`, whatever it returns, on a panic (with `panic = "abort"`, too), when the executor ends
//! the process, and at `std::process::exit`. A process that is killed loses what its thread had
//! not written yet. A file that cannot be written is reported once on standard error, and the
//! program goes on: an experiment should not die for its log.
//!
//! # Levels at run time
//!
//! [`levels`] returns a handle that changes levels and filters of the running process. On Unix,
//! `kill -USR1 PID` reads those in `logs.toml` again, and logs that it did.
//!
//! # Lines kept with their step
//!
//! [`Capture`] keeps the lines of one span, within bounds: the executor does so for each step, and
//! writes them into its record. `capture` is the least severe level that is kept; whether a line is
//! also shown anywhere does not matter. Filters hold, and SIGUSR1 reads it again. [`listen`] hears
//! the same lines, of the whole process and as they come.
//!
//! # What a person meets
//!
//! Colours are for terminals. The time is local, to the second on standard error and output, and
//! with milliseconds and offset in files and in JSON. Panics are logged with their place, instead
//! of being printed, wherever an output takes them. Events of the `log` crate are events as any.
//! An event of level `warn` shows its spans, though the level is above theirs. With `spans = true`
//! the end of a span is an event of its level, `close`, with the fields `time.busy` (inside of it)
//! and `time.idle`.
//!
#![doc = include_str!("logging/looks.md")]

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::Zoned;
use thinking_modules::Mode;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, fmt};

use crate::profiles::{PROFILE_DEBUG, PROFILE_PROFILING, Profiles};
use crate::{Config, LogLayer, Runtime, console};

mod capture;
mod captured_log;
mod compact;
mod levels;
mod lines;
mod listener;
mod log_file;
mod look;
mod panics;
mod settings;
#[cfg(unix)]
mod signal;

use capture::CaptureLayer;
use levels::{CAPTURE, FILES, Passes, STDERR, STDOUT, Verbosity};
use lines::{Journey, Lines};
use log_file::LogFile;
use look::{Look, Time};

pub use capture::Capture;
pub use captured_log::{CapturedLog, LogLine};
pub use levels::{Levels, Reread, TARGET_OF_MARKS, TARGET_OF_THE_END};
pub use listener::listen;
pub use settings::{Colour, File, Format, Level, Logs, Rotation, Stream};

/// What [`install`] needs to know.
pub struct Setup<'a> {
    /// The settings; `None` if they have mistakes, and everything is as without a file then.
    pub logs: Option<Config<Logs>>,
    /// The active profiles.
    pub profiles: &'a Profiles,
    /// What kind of process this is.
    pub mode: Mode,
    /// The directory that relative paths start from.
    pub root: &'a Path,
    /// The session's name, `PROGRAM_TIME`, which the names of files contain.
    pub session: &'a str,
    /// Layers of the program's own. They see every event that passes their own filters, whatever
    /// the levels of the outputs.
    pub layers: Vec<LogLayer>,
    /// Whether there may be files: not for a command that only shows something.
    pub files: bool,
    /// How the settings are read again; without it SIGUSR1 keeps its effect.
    pub reread: Option<Reread>,
}

impl<'a> Setup<'a> {
    /// Takes what a runtime knows, with files, without layers and without a way to read the
    /// settings again.
    pub fn of(runtime: &'a Runtime) -> Setup<'a> {
        Setup {
            logs: runtime.facets().config().ok(),
            profiles: runtime.profiles(),
            mode: runtime.mode(),
            root: &runtime.root().path,
            session: runtime.session(),
            layers: Vec::new(),
            files: true,
            reread: None,
        }
    }
}

/// The log, as far as [`install`] set it up. Waits until every line is written when it is dropped.
///
/// The log itself stays for the rest of the process, as others may still log.
#[must_use = "dropping it waits until every line is written; keep it to the end"]
#[derive(Debug)]
pub struct Logging {
    installed: bool,
    _flush: FlushOnDrop,
}

impl Logging {
    /// Tells whether it was installed: a subscriber that was there before stays.
    pub fn is_installed(&self) -> bool {
        self.installed
    }
}

/// Waits until every line of the log is written when it is dropped, as [`flush`] does.
#[derive(Debug)]
pub struct FlushOnDrop;

impl Drop for FlushOnDrop {
    fn drop(&mut self) {
        flush();
    }
}

/// What lasts as long as the process.
struct Process {
    levels: Levels,
    consoles: Vec<&'static str>,
    files: Vec<OpenFile>,
}

struct OpenFile {
    name: String,
    journey: Arc<Journey>,
    /// The thread that writes ends with it.
    _thread: WorkerGuard,
}

static PROCESS: OnceLock<Process> = OnceLock::new();

/// Installs the process's subscriber and bridges the `log` crate to it. Panics are logged from
/// then on, and SIGUSR1 reads the levels again, in an application on Unix.
///
/// A subscriber that is already there stays; a second call changes nothing. Costs the start of a
/// thread per file and one for the signal; files are made with their first line.
///
/// ```
/// # extern crate thinking_runtime as thinking;
/// use thinking::logging::{self, Level, Setup};
/// use thinking::{LogLayer, Runtime};
/// use tracing::level_filters::LevelFilter;
/// use tracing_subscriber::Layer;
///
/// # fn main() {
/// let (runtime, _) = Runtime::builder(thinking_modules::main_module!()).load();
/// // A layer of the program's own, with a filter of its own.
/// let errors: LogLayer = tracing_subscriber::fmt::layer().with_filter(LevelFilter::ERROR).boxed();
/// let setup = Setup::of(&runtime);
/// let logging = logging::install(Setup { files: false, layers: vec![errors], ..setup });
/// assert!(logging.is_installed());
///
/// let levels = logging::levels().expect("it is installed");
/// levels.set_level(Level::Warn);
/// levels.set_filter("digits::training", Level::Trace);
/// drop(logging); // every line is written
/// # }
/// ```
pub fn install(setup: Setup<'_>) -> Logging {
    let own_layers = setup.layers.len();
    let installed = try_install(setup);
    if !installed && own_layers > 0 {
        tracing::warn!(
            "the log is set up already; layers of the program that are not added: {own_layers}"
        );
    }
    Logging { installed, _flush: FlushOnDrop }
}

/// Returns the levels of the process's log, if [`install`] set it up.
pub fn levels() -> Option<&'static Levels> {
    PROCESS.get().map(|process| &process.levels)
}

/// Waits until all lines that were logged before are written to their files.
///
/// Whoever ends the process in another way than by the end of `main` or `std::process::exit` calls
/// it before. It gives up if the disk is silent for a second, and says so on standard error.
pub fn flush() {
    if let Some(process) = PROCESS.get() {
        process.flush();
    }
}

fn try_install(setup: Setup<'_>) -> bool {
    // Threads and files are not worth a try then.
    if tracing::dispatcher::has_been_set() {
        return false;
    }
    let Setup { profiles, root, session, mode, reread, .. } = setup;
    let defaults = Logs::without_file();
    let logs: &Logs = setup.logs.as_deref().map_or(&defaults, |logs| logs);
    let verbose = profiles.is_active(PROFILE_DEBUG) || profiles.is_active(PROFILE_PROFILING);
    let tests = mode == Mode::Tests;
    let level = if verbose || tests { Level::Debug } else { Level::Info };
    let mut outputs = Outputs {
        logs,
        levels: Levels::new(level, logs, reread),
        layers: setup.layers,
        consoles: Vec::new(),
        files: Vec::new(),
    };
    outputs.capture();
    if tests {
        // Where test runners capture it; and they show no colours.
        let stream = Stream { enabled: true, ..logs.stderr.clone() };
        outputs.console(STDERR, &stream, false, fmt::TestWriter::new);
    } else {
        outputs.console(STDERR, &logs.stderr, console::has_colours(&std::io::stderr()), || {
            console::Stderr
        });
        outputs.console(STDOUT, &logs.stdout, console::has_colours(&std::io::stdout()), || {
            console::Stdout
        });
        for (name, file) in logs.files.iter().filter(|_| setup.files) {
            if file.enabled.unwrap_or(name != File::SESSION || !verbose) {
                outputs.file(name, file, LogFile::new(name, file, root, session));
            }
        }
    }
    let Outputs { levels, layers, consoles, files, .. } = outputs;
    let subscriber = tracing_subscriber::registry().with(layers);
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        return false;
    }
    if let Err(error) = tracing_log::LogTracer::init() {
        tracing::debug!("events of the `log` crate go elsewhere: {error}");
    }
    Levels::tell_log_crate();
    let process = PROCESS.get_or_init(|| Process { levels, consoles, files });
    if !tests {
        panics::log(process);
        #[cfg(unix)]
        if process.levels.can_reread()
            && let Err(error) = signal::listen(process.levels.clone())
        {
            tracing::warn!("SIGUSR1 cannot change the levels of the log: {error}");
        }
    }
    true
}

/// The outputs, while they are put together.
struct Outputs<'a> {
    logs: &'a Logs,
    levels: Levels,
    layers: Vec<LogLayer>,
    consoles: Vec<&'static str>,
    files: Vec<OpenFile>,
}

impl Outputs<'_> {
    /// Adds a stream, if it is enabled.
    fn console<W, M>(&mut self, name: &'static str, stream: &Stream, terminal: bool, writer: M)
    where
        W: Write,
        M: Fn() -> W + Clone + Send + Sync + 'static,
    {
        if !stream.enabled {
            return;
        }
        let colours = match stream.colour {
            Colour::Auto => terminal,
            Colour::Always => true,
            Colour::Never => false,
        };
        let format = stream.format.unwrap_or(self.logs.format);
        let look = Look { format, colours, time: Time { precise: false, now: Zoned::now } };
        self.add(name, Passes::ConsoleEvents, look, writer);
        self.consoles.push(name);
    }

    /// Adds the layer that keeps lines for those who ask for them.
    fn capture(&mut self) {
        let own = Verbosity::of(CAPTURE, self.logs);
        for gate in self.levels.output(CAPTURE, own, &[Passes::KeptEvents]) {
            self.layers.push(CaptureLayer.with_filter(gate).boxed());
        }
    }

    fn file(&mut self, name: &str, settings: &File, file: LogFile) {
        let (lines, thread) = Lines::new(file);
        let journey = lines.journey();
        let name = format!("{FILES}{name}");
        let format = settings.format.unwrap_or(self.logs.format);
        let time = Time { precise: true, now: Zoned::now };
        let look = Look { format, colours: false, time };
        self.add(&name, Passes::FileEvents, look, move || lines.clone());
        self.files.push(OpenFile { name, journey, _thread: thread });
    }

    fn add<W, M>(&mut self, name: &str, events: Passes, look: Look, writer: M)
    where
        W: Write,
        M: Fn() -> W + Clone + Send + Sync + 'static,
    {
        let ends = self.logs.spans.then_some(Passes::Ends);
        let passes: Vec<_> = [Some(events), ends].into_iter().flatten().collect();
        let gates = self.levels.output(name, Verbosity::of(name, self.logs), &passes);
        for (passes, gate) in passes.into_iter().zip(gates) {
            let layer = look.layer(writer.clone(), passes == Passes::Ends);
            self.layers.push(layer.with_filter(gate).boxed());
        }
    }
}

impl Process {
    fn flush(&self) {
        for file in &self.files {
            let left = file.journey.wait();
            if left > 0 {
                let text = format!(
                    "warning: lines of the log `{}` that are not written: {left}\n",
                    file.name
                );
                // Nobody is left to hear that standard error is closed.
                let _ = console::Stderr.write_all(text.as_bytes());
            }
        }
    }

    /// Tells whether an event of that kind arrives anywhere, as far as is known by now.
    fn hears(&self, target: &str, level: tracing::Level) -> bool {
        let written = self.files.iter().filter(|file| !file.journey.is_failing());
        let mut outputs = self.consoles.iter().copied().chain(written.map(|file| &*file.name));
        outputs.any(|output| self.levels.takes(output, target, level))
    }
}

dtor::declarative::dtor! {
    /// Waits for the lines when the process ends by `std::process::exit`, too. It runs after
    /// `main`, when threads and locks still work.
    #[dtor(unsafe)]
    fn flush_at_exit() {
        flush();
    }
}

#[cfg(test)]
mod tests;
