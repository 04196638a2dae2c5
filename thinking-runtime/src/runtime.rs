//! The loaded surroundings of a program: root, mode, profiles and facets.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use thinking_modules::{MainModule, Mode, Root, RootSearch, registry};

use crate::action::{ActionDefault, ActionError, Facts, LogLayer};
use crate::actions::{self, Actions, Disabled};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::facet::layers::Sources;
use crate::facet::report::FacetReport;
use crate::facet::{Facet, FacetDefinition};
use crate::facets::{self, Facets};
use crate::profiles::{self, ProfileDefinition, Profiles};
use crate::root_files;
use crate::session;
use crate::start_report::StartReport;

mod report;

/// What is known before `main`'s body runs.
pub struct Runtime {
    main: MainModule,
    mode: Mode,
    root: Root,
    profiles: Profiles,
    declared_profiles: BTreeMap<String, String>,
    given: Given,
    facets: Facets,
    actions: Actions,
    begun: Instant,
    started: Timestamp,
    session: String,
    times: Times,
    log_files: bool,
    dry_run: bool,
}

/// What the layers of facets besides files were, to read one again.
struct Given {
    defaults: Vec<ActionDefault>,
    environment: Vec<(String, String)>,
    assignments: Vec<String>,
}

/// How long the parts of loading took.
struct Times {
    prepare: Duration,
    facets: Duration,
}

/// Says where a [`Runtime`] looks; made by [`Runtime::builder`].
#[derive(Debug, Clone)]
pub struct RuntimeBuilder {
    main: MainModule,
    mode: Mode,
    root: Option<PathBuf>,
    environment: Option<Vec<(String, String)>>,
    profiles: Vec<String>,
    known_profiles: Vec<String>,
    assignments: Vec<String>,
    disabled: Vec<String>,
    begun: Instant,
    other_files: Vec<String>,
    log_files: bool,
    dry_run: bool,
}

impl Runtime {
    /// Starts to describe the runtime of the program `main`, with the process's own environment.
    /// The time of the start counts from here.
    pub fn builder(main: MainModule) -> RuntimeBuilder {
        RuntimeBuilder {
            main,
            mode: Mode::Application,
            root: None,
            environment: None,
            profiles: Vec::new(),
            known_profiles: Vec::new(),
            assignments: Vec::new(),
            disabled: Vec::new(),
            begun: Instant::now(),
            other_files: Vec::new(),
            log_files: true,
            dry_run: false,
        }
    }

    /// Returns which program this is.
    pub fn main(&self) -> &MainModule {
        &self.main
    }

    /// Returns what kind of process this is.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Tells whether the program only finds out what it would do. Constructors, hooks and actions
    /// that change something outside of the process leave that out then; databases are copies.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// Returns the directory of the configuration files.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Returns the active profiles.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// Returns the names of the profiles that the program and its files know, each with what it is
    /// for, as far as that is known. Costs a read of each facet's file.
    pub fn known_profiles(&self) -> BTreeMap<String, String> {
        let facets: Vec<_> = registry::items::<FacetDefinition>().map(|(_, f)| f.name).collect();
        known_profiles(&self.declared_profiles, &self.root, &facets)
    }

    /// Returns the loaded facets.
    pub fn facets(&self) -> &Facets {
        &self.facets
    }

    /// Reads one facet again, through all its layers: files as they are now, and the defaults
    /// of actions, the environment and the assignments of the start. What was handed out before stays as it is.
    ///
    /// # Errors
    ///
    /// The mistakes in it.
    pub fn read_again<F: Facet>(&self) -> Result<Config<F>, Vec<Diagnostic>> {
        self.facets.read_again(&self.sources())
    }

    /// Reads one facet as [`read_again`](Self::read_again) does, and returns each of its values with
    /// where it comes from.
    ///
    /// # Errors
    ///
    /// The mistakes in it.
    pub fn describe<F: Facet>(&self) -> Result<FacetReport, Vec<Diagnostic>> {
        self.facets.describe::<F>(&self.sources())
    }

    fn sources(&self) -> Sources<'_> {
        Sources {
            root: &self.root.path,
            profiles: &self.profiles,
            defaults: &self.given.defaults,
            environment: &self.given.environment,
            assignments: &self.given.assignments,
        }
    }

    /// Returns when the program was started.
    pub fn started(&self) -> Timestamp {
        self.started
    }

    /// Returns the name of this session, such as `digits_2026-11-21T11-03-39-007Z-4711`: the
    /// program, when it started in UTC, and the process. It is valid for a file on every system,
    /// and the names of one program sort by time.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Performs the bootstrap actions, in order. What is performed already, such as the log, is
    /// not performed again; a second call does nothing and returns what the first did. A call from
    /// another thread waits for the first one; one from inside an action, on its own thread,
    /// returns at once.
    ///
    /// Whoever loaded the runtime looks at the mistakes first. Only those that concern actions
    /// are looked at again: their order and preparation, and the facets that they read.
    ///
    /// # Errors
    ///
    /// - [`ActionError::Mistakes`]: none was performed, except built-in ones.
    /// - [`ActionError::Failed`]: those before it were performed, and stay so.
    pub fn perform(self: &Arc<Self>) -> Result<(), ActionError> {
        self.actions.perform(self)
    }

    /// Performs the built-in actions, which is only `logging`, whatever mistakes there are: their
    /// report needs it.
    ///
    /// # Errors
    ///
    /// [`ActionError::Failed`].
    pub fn perform_built_in(self: &Arc<Self>) -> Result<(), ActionError> {
        self.actions.perform_built_in(self)
    }

    /// Reports what the start did so far.
    pub fn report(&self) -> StartReport {
        report::report(self)
    }

    /// Returns how long ago the start began.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Returns the names of the actions, in their order, that can be disabled.
    pub fn optional_actions(&self) -> impl Iterator<Item = &'static str> {
        let actions = self.actions.entries().iter().map(|entry| entry.definition);
        actions.filter(|action| !action.required).map(|action| action.name)
    }

    /// Tells whether the log may have files.
    pub(crate) fn has_log_files(&self) -> bool {
        self.log_files
    }

    pub(crate) fn take_log_layers(&self) -> Vec<LogLayer> {
        self.actions.take_layers()
    }
}

impl RuntimeBuilder {
    /// Sets what kind of process this is; an application if unset, also where a test embeds it.
    /// [`MainModule::mode`] tells what the process itself is, which is what
    /// [`bootstrap`](crate::bootstrap()) takes.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets whether the program only finds out what it would do; see [`Runtime::is_dry_run`].
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Sets the root instead of searching it.
    pub fn root(mut self, root: Option<PathBuf>) -> Self {
        self.root = root;
        self
    }

    /// Replaces the process's environment variables, also in the search for the root.
    pub fn environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        self.environment = Some(variables.into_iter().collect());
        self
    }

    /// Adds active profiles; each text may list several, separated by commas.
    pub fn profiles(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.profiles.extend(names);
        self
    }

    /// Adds names of profiles that the program knows, besides those its files mention.
    pub fn known_profiles(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.known_profiles.extend(names);
        self
    }

    /// Adds assignments `facet.key=value`, the highest layer.
    pub fn assignments(mut self, assignments: impl IntoIterator<Item = String>) -> Self {
        self.assignments.extend(assignments);
        self
    }

    /// Disables actions; each text may list several, separated by commas.
    pub fn disable<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.disabled.extend(names.into_iter().map(Into::into));
        self
    }

    /// Names TOML files at the root that belong to others, such as another program of the same
    /// root; every other file that belongs to no facet is reported. `NAME.toml` stands for
    /// `NAME.PROFILE.toml` and variables `THINKING_NAME__…` as well.
    pub fn other_files<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.other_files.extend(names.into_iter().map(Into::into));
        self
    }

    /// Sets whether the log may have files, if `logs.toml` asks for them; it may if unset. A command
    /// that only shows something has nothing to record.
    pub fn log_files(mut self, log_files: bool) -> Self {
        self.log_files = log_files;
        self
    }

    /// Finds the root, recognises the profiles, prepares the actions and loads every registered
    /// facet.
    ///
    /// The mistakes that were found do not stop it, so that they can be reported together with
    /// others; a facet with mistakes is absent from [`Runtime::facets`]. Costs a few reads of
    /// files per facet.
    pub fn load(self) -> (Runtime, Vec<Diagnostic>) {
        let facet_names: Vec<_> =
            registry::items::<FacetDefinition>().map(|(_, facet)| facet.name).collect();
        let files = facet_names.iter().map(|name| format!("{name}.toml")).collect();
        let mut search = RootSearch::of_process(Some(self.main.manifest_dir()), files);
        if let Some(variables) = &self.environment {
            search = search.environment(variables);
        }
        search.given = self.root;
        let root = search.find();
        let (environment, unreadable) = match self.environment {
            Some(environment) => (environment, Vec::new()),
            None => process_environment(std::env::vars_os()),
        };
        let declared = || registry::items::<ProfileDefinition>().map(|(_, profile)| profile);
        let profiles = Profiles::recognise(self.mode, declared(), &environment, &self.profiles);
        let declared_profiles = profiles::known(declared(), self.known_profiles);
        let started = Timestamp::now();
        let session = session::name(self.main.target.name, started, std::process::id());

        let begun = Instant::now();
        let mut actions = Actions::registered(&disabled(&environment, &self.disabled));
        let prepared = actions.prepare(&Facts {
            main: &self.main,
            mode: self.mode,
            root: &root,
            profiles: &profiles,
            session: &session,
            facets: &facet_names,
        });
        let prepare = begun.elapsed();

        let begun = Instant::now();
        let sources = Sources {
            root: &root.path,
            profiles: &profiles,
            defaults: &prepared.defaults,
            environment: &environment,
            assignments: &self.assignments,
        };
        let facets = Facets::load(&sources);
        let times = Times { prepare, facets: begun.elapsed() };

        let owners = facets::unknown_owners(&sources, &self.other_files);
        let twice = facets::duplicates();
        let strange = root_files::unknown(&root.path, &facet_names, &self.other_files);
        let of_actions = actions.mistakes().to_vec();
        let mistakes = match no_directory(&root) {
            // What facets and profiles lack follows from it.
            Some(mistake) => [vec![mistake], unreadable, of_actions, owners].concat(),
            None => {
                let mut of_profiles = profiles.check(&declared_profiles);
                // Only then is it worth it to look into the files once more.
                if !of_profiles.is_empty() {
                    of_profiles =
                        profiles.check(&known_profiles(&declared_profiles, &root, &facet_names));
                }
                let of_facets = facets.mistakes();
                [unreadable, of_profiles, of_actions, owners, twice, strange, of_facets].concat()
            }
        };
        let runtime = Runtime {
            main: self.main,
            mode: self.mode,
            root,
            profiles,
            declared_profiles,
            given: Given {
                defaults: prepared.defaults,
                environment,
                assignments: self.assignments,
            },
            facets,
            actions,
            begun: self.begun,
            started,
            session,
            times,
            log_files: self.log_files,
            dry_run: self.dry_run,
        };
        (runtime, mistakes)
    }
}

/// Lists the actions that the environment and the program disable.
fn disabled(environment: &[(String, String)], names: &[String]) -> Vec<Disabled> {
    let listed = profiles::variable(environment, actions::VARIABLE).unwrap_or_default();
    let listed = profiles::items(listed).map(|name| (name.to_owned(), actions::VARIABLE));
    let named = names.iter().flat_map(|names| profiles::items(names));
    listed.chain(named.map(|name| (name.to_owned(), actions::OPTION))).collect()
}

/// Reports a root that cannot hold files.
fn no_directory(root: &Root) -> Option<Diagnostic> {
    let path = root.path.display();
    let message = match root.path.metadata() {
        Ok(found) if found.is_dir() => return None,
        Ok(_) => format!("the root `{path}` is no directory"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            format!("the root `{path}` does not exist")
        }
        Err(error) => format!("the root `{path}` cannot be used: {error}"),
    };
    Some(Diagnostic::error(message).note(format!("it is {}", root.reason)))
}

/// Returns variables as texts, and a mistake for each of ours that is none. Those of others stay
/// with what can be read of them: a condition may ask whether they are there.
fn process_environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> (Vec<(String, String)>, Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    let texts = variables.filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        let value = value.into_string().unwrap_or_else(|value| {
            if name.starts_with("THINKING_") && name != "THINKING_ROOT" {
                let message = format!("the environment variable `{name}` is no valid UTF-8");
                mistakes.push(Diagnostic::error(message));
            }
            value.to_string_lossy().into_owned()
        });
        Some((name, value))
    });
    (texts.collect(), mistakes)
}

/// Adds the profiles that files mention to those that the program declares.
fn known_profiles(
    declared: &BTreeMap<String, String>,
    root: &Root,
    facets: &[&str],
) -> BTreeMap<String, String> {
    let mut known = declared.clone();
    for name in profiles_in_files(root, facets).into_iter().filter(|name| profiles::is_name(name)) {
        known.entry(name).or_default();
    }
    known
}

/// Names of profiles that overlay files (`NAME.PROFILE.toml`) or tables of them mention.
fn profiles_in_files(root: &Root, facets: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    let entries = std::fs::read_dir(&root.path).into_iter().flatten().flatten();
    for entry in entries {
        let file = entry.file_name().to_string_lossy().into_owned();
        let Some(stem) = file.strip_suffix(".toml") else {
            continue;
        };
        match stem.split_once('.') {
            Some((facet, profile)) if facets.contains(&facet) => names.push(profile.to_owned()),
            None if facets.contains(&stem) => {
                let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
                let table = toml::de::DeTable::parse_recoverable(&text).0.into_inner();
                let profiles = table.get("profile").and_then(|value| value.get_ref().as_table());
                let keys = profiles.into_iter().flat_map(|profiles| profiles.keys());
                names.extend(keys.map(|key| key.get_ref().to_string()));
            }
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests;
