//! What passes to each output, and how that changes while the program runs.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing_log::AsLog;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::{Registry, reload};

use super::settings::{Level, Logs};
use crate::{Config, Diagnostic};

/// Reads `logs.toml` again, with all its layers.
pub type Reread = Box<dyn Fn() -> Result<Config<Logs>, Vec<Diagnostic>> + Send + Sync>;

/// The levels of the process's log, which can be changed while it runs; cheap to clone.
///
/// A change holds for every event that begins after it, on all threads, and for the `log` crate,
/// too. It costs some microseconds per place in the source that logs.
#[derive(Clone)]
pub struct Levels {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    reread: Option<Reread>,
}

struct State {
    /// The level where `logs.toml` has none.
    default: Level,
    common: Verbosity,
    outputs: Vec<Output>,
}

/// An output, and the filters that let events and ended spans through to it.
struct Output {
    name: String,
    own: Verbosity,
    gates: Vec<(Gate, reload::Handle<Gate, Registry>)>,
}

/// Levels as they stand in one place of `logs.toml`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Verbosity {
    pub(super) level: Option<Level>,
    pub(super) filters: BTreeMap<String, Level>,
}

impl Levels {
    pub(super) fn new(default: Level, logs: &Logs, reread: Option<Reread>) -> Levels {
        let common = Verbosity::common(logs);
        let state = State { default, common, outputs: Vec::new() };
        Levels { shared: Arc::new(Shared { state: Mutex::new(state), reread }) }
    }

    /// Adds an output and returns a filter for each of `passes`.
    pub(super) fn output(
        &self,
        name: &str,
        own: Verbosity,
        passes: &[Passes],
    ) -> Vec<reload::Layer<Gate, Registry>> {
        let mut state = self.state();
        let targets = state.targets(&own);
        let gate = |passes: &Passes| Gate { passes: *passes, targets: targets.clone() };
        let (layers, gates) = passes
            .iter()
            .map(gate)
            .map(|gate| {
                let (layer, handle) = reload::Layer::new(gate.clone());
                (layer, (gate, handle))
            })
            .unzip();
        state.outputs.push(Output { name: name.to_owned(), own, gates });
        layers
    }

    /// Returns the common level.
    pub fn level(&self) -> Level {
        self.state().level()
    }

    /// Sets the common level. Outputs with a level of their own keep it.
    pub fn set_level(&self, level: Level) {
        self.change(|state| state.common.level = Some(level));
    }

    /// Returns the levels of modules that are common to all outputs.
    pub fn filters(&self) -> BTreeMap<String, Level> {
        self.state().common.filters.clone()
    }

    /// Sets the level of a module and what is below it. Outputs with a filter of their own for it
    /// keep that.
    pub fn set_filter(&self, module: impl Into<String>, level: Level) {
        let module = module.into();
        self.change(|state| {
            state.common.filters.insert(module, level);
        });
    }

    /// Takes the level of a module away, so that the common one holds for it again.
    pub fn remove_filter(&self, module: &str) {
        self.change(|state| {
            state.common.filters.remove(module);
        });
    }

    /// Reads the levels and filters of `logs.toml` again, through all its layers, and logs that it
    /// did. Which outputs there are, and their formats, stays.
    ///
    /// # Errors
    ///
    /// `logs.toml` has mistakes, which are logged, too; the levels stay as they are. The same if
    /// the program set its log up without a way to read it again.
    pub fn read_again(&self) -> Result<(), Vec<Diagnostic>> {
        let unable = || vec![Diagnostic::error("this program cannot read `logs.toml` again")];
        let read = self.shared.reread.as_ref().ok_or_else(unable).and_then(|reread| reread());
        match read {
            Ok(logs) => {
                let logs: &Logs = &logs;
                self.change(|state| {
                    state.common = Verbosity::common(logs);
                    for output in &mut state.outputs {
                        output.own = Verbosity::of(&output.name, logs);
                    }
                });
                let levels = self.state().describe();
                tracing::info!("the levels of the log were read again: {levels}");
                Ok(())
            }
            Err(mistakes) => {
                let texts: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
                tracing::error!(
                    "the levels of the log stay as they are, as they cannot be read again\n{}",
                    texts.join("\n\n")
                );
                Err(mistakes)
            }
        }
    }

    /// Tells whether there is a way to read `logs.toml` again.
    #[cfg(unix)]
    pub(super) fn can_reread(&self) -> bool {
        self.shared.reread.is_some()
    }

    /// Tells whether the output takes events of `target` with the given severity.
    pub(super) fn takes(&self, output: &str, target: &str, level: tracing::Level) -> bool {
        let state = self.state();
        let mut named = state.outputs.iter().filter(|candidate| candidate.name == output);
        named.any(|output| state.targets(&output.own).would_enable(target, &level))
    }

    /// Lets the `log` crate know the most verbose level, which it asks before anything else.
    pub(super) fn tell_log_crate() {
        tracing_log::log::set_max_level(LevelFilter::current().as_log());
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        for output in &state.outputs {
            let targets = state.targets(&output.own);
            for (gate, handle) in &output.gates {
                // It fails only if the subscriber is gone, and nothing is logged then.
                let _ = handle.reload(Gate { passes: gate.passes, targets: targets.clone() });
            }
        }
        Self::tell_log_crate();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn level(&self) -> Level {
        self.common.level.unwrap_or(self.default)
    }

    fn targets(&self, own: &Verbosity) -> Targets {
        let filters = self.common.filters.iter().chain(&own.filters);
        Targets::new()
            .with_default(own.level.unwrap_or(self.level()))
            .with_targets(filters.map(|(module, level)| (module, LevelFilter::from(*level))))
    }

    /// Such as `info, a::b=debug; stderr: warn`.
    fn describe(&self) -> String {
        let mut text = self.level().to_string();
        self.common.describe_filters(&mut text);
        for output in self.outputs.iter().filter(|output| output.own != Verbosity::default()) {
            let level = output.own.level.unwrap_or(self.level());
            // Writing to a text cannot fail.
            let _ = write!(text, "; {}: {level}", output.name);
            output.own.describe_filters(&mut text);
        }
        text
    }
}

impl Verbosity {
    fn common(logs: &Logs) -> Verbosity {
        Verbosity { level: logs.level, filters: logs.filters.clone() }
    }

    /// Returns what `logs.toml` says of one output; nothing for one that it no longer names.
    pub(super) fn of(output: &str, logs: &Logs) -> Verbosity {
        let (level, filters) = match output.strip_prefix(FILES) {
            Some(file) => match logs.files.get(file) {
                Some(file) => (file.level, &file.filters),
                None => return Verbosity::default(),
            },
            None if output == STDOUT => (logs.stdout.level, &logs.stdout.filters),
            None if output == CAPTURE => (Some(logs.capture), &BTreeMap::new()),
            None => (logs.stderr.level, &logs.stderr.filters),
        };
        Verbosity { level, filters: filters.clone() }
    }

    fn describe_filters(&self, text: &mut String) {
        for (module, level) in &self.filters {
            let _ = write!(text, ", {module}={level}");
        }
    }
}

/// The name of standard error among the outputs.
pub(super) const STDERR: &str = "stderr";
/// The name of standard output among the outputs.
pub(super) const STDOUT: &str = "stdout";
/// The name of what is kept with a step's record among the outputs.
pub(super) const CAPTURE: &str = "capture";
/// What the names of files among the outputs begin with.
pub(super) const FILES: &str = "files.";

/// The target of events that are on the terminal already, in another form: only files, and the
/// layers of the program, get them.
pub const TARGET_OF_THE_END: &str = "end";

/// The target of spans, of level `info`, that only mark whose lines those inside are: nothing shows
/// them, and who [listens](super::listen) gets their ids.
pub const TARGET_OF_MARKS: &str = "mark";

/// What a [`Gate`] is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passes {
    /// Events that go to a person's terminal.
    ConsoleEvents,
    /// Events that go to a file.
    FileEvents,
    /// Events that are kept with a step's record, or heard by a listener.
    KeptEvents,
    /// The ends of spans.
    Ends,
}

/// The filter before an output.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    passes: Passes,
    targets: Targets,
}

impl Gate {
    fn passes(&self, metadata: &Metadata<'_>) -> bool {
        let enabled = self.targets.would_enable(metadata.target(), metadata.level());
        match self.passes {
            _ if metadata.is_span() && metadata.target() == TARGET_OF_MARKS => {
                self.passes == Passes::KeptEvents && !self.is_off()
            }
            Passes::Ends => metadata.is_span() && enabled,
            // A warning should say where it arose, though `info` is not logged. Spans of that
            // level are few.
            _ if metadata.is_span() => {
                enabled || (*metadata.level() <= tracing::Level::INFO && !self.is_off())
            }
            Passes::ConsoleEvents => enabled && metadata.target() != TARGET_OF_THE_END,
            Passes::FileEvents | Passes::KeptEvents => enabled,
        }
    }

    fn is_off(&self) -> bool {
        self.most_verbose() == LevelFilter::OFF
    }

    fn most_verbose(&self) -> LevelFilter {
        Filter::<Registry>::max_level_hint(&self.targets).unwrap_or(LevelFilter::TRACE)
    }
}

impl Filter<Registry> for Gate {
    fn enabled(&self, metadata: &Metadata<'_>, _context: &Context<'_, Registry>) -> bool {
        self.passes(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        match self.passes(metadata) {
            true => Interest::always(),
            false => Interest::never(),
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let level = self.most_verbose();
        Some(match self.passes {
            Passes::Ends => level,
            _ if self.is_off() => level,
            _ => level.max(LevelFilter::INFO),
        })
    }
}
