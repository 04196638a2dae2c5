//! What an action can do before the facets are loaded.

use std::panic::Location;
use std::path::Path;

use figment::value::Value;
use serde::Serialize;
use thinking_modules::{MainModule, Mode, Place, Root};
use tracing_subscriber::{Layer, Registry};

use crate::diagnostic::{Diagnostic, nearest};
use crate::facet::layers::split_assignment;
use crate::profiles::Profiles;

/// A layer of the log that the program brings.
pub type LogLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// Sets an action's defaults before the facets are loaded; what `#[action(prepare = …)]` gets.
///
/// It knows where the program runs, and no values of the configuration: these are loaded next.
pub struct Prepare<'a> {
    action: &'static str,
    facts: &'a Facts<'a>,
    prepared: Prepared,
}

/// What is known while actions are prepared.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) main: &'a MainModule,
    pub(crate) mode: Mode,
    pub(crate) root: &'a Root,
    pub(crate) profiles: &'a Profiles,
    pub(crate) session: &'a str,
    /// The names of the facets.
    pub(crate) facets: &'a [&'static str],
}

/// What actions prepared.
#[derive(Default)]
pub(crate) struct Prepared {
    pub(crate) defaults: Vec<ActionDefault>,
    pub(crate) layers: Vec<LogLayer>,
    pub(crate) mistakes: Vec<Diagnostic>,
}

/// A value that an action set before the facets were loaded.
#[derive(Debug, Clone)]
pub(crate) struct ActionDefault {
    pub(crate) action: &'static str,
    pub(crate) facet: String,
    pub(crate) keys: Vec<String>,
    pub(crate) value: Value,
}

impl<'a> Prepare<'a> {
    pub(crate) fn new(action: &'static str, facts: &'a Facts<'a>) -> Self {
        Prepare { action, facts, prepared: Prepared::default() }
    }

    /// Returns which program this is.
    pub fn main(&self) -> &MainModule {
        self.facts.main
    }

    /// Returns what kind of process this is.
    pub fn mode(&self) -> Mode {
        self.facts.mode
    }

    /// Returns the directory of the configuration files.
    pub fn root(&self) -> &Path {
        &self.facts.root.path
    }

    /// Returns the active profiles.
    pub fn profiles(&self) -> &Profiles {
        self.facts.profiles
    }

    /// Returns the name of this session of the program; see
    /// [`Runtime::session`](crate::Runtime::session).
    pub fn session(&self) -> &str {
        self.facts.session
    }

    /// Sets the default of a key, `facet.key` or deeper.
    ///
    /// It lies above the defaults of the facet's type and those of earlier actions, and below
    /// files, variables and `--set`. A facet that does not exist, or a value that no configuration
    /// can hold, is a mistake that is reported with all others.
    #[track_caller]
    pub fn default(&mut self, key: &str, value: impl Serialize) -> &mut Self {
        let location = Location::caller();
        let column = location.column();
        let place = Place { file: location.file(), line: location.line(), column };
        match self.checked(key, value) {
            Ok(default) => self.prepared.defaults.push(default),
            Err(mistake) => self.prepared.mistakes.push(mistake.at(place, "set here")),
        }
        self
    }

    /// Adds a layer to the log. It sees every event that its own filter lets through, whatever
    /// `logs.toml` says; without a filter all of them, which then cost time at every level.
    pub fn layer(&mut self, layer: LogLayer) -> &mut Self {
        self.prepared.layers.push(layer);
        self
    }

    pub(crate) fn finish(self) -> Prepared {
        self.prepared
    }

    fn checked(&self, key: &str, value: impl Serialize) -> Result<ActionDefault, Diagnostic> {
        let action = self.action;
        let assignment = format!("{key}=");
        let Some((facet, keys, _)) = split_assignment(&assignment) else {
            let message = format!("action `{action}` sets a default of `{key}`, which is no key");
            return Err(Diagnostic::error(message).help("write `facet.key`"));
        };
        let known = self.facts.facets;
        if !known.contains(&facet) {
            let near = nearest(facet, known.iter().copied());
            let message =
                format!("action `{action}` sets a default of the unknown facet `{facet}`");
            return Err(Diagnostic::error(message)
                .note(format!("known facets: {}", known.join(", ")))
                .help_if(near.map(|near| format!("did you mean `{near}`?"))));
        }
        let value = Value::serialize(value).map_err(|error| {
            let message = format!("action `{action}` sets a wrong default of `{key}`");
            Diagnostic::error(message).note(error.to_string())
        })?;
        Ok(ActionDefault { action, facet: facet.to_owned(), keys, value })
    }
}
