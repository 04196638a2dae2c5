//! Puts an application together in code, and runs it: what `#[thinking::main]` does, without it.

use std::any::Any;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use thinking_executor::TaskDefinition;
use thinking_injection::{
    Asker, Blueprint, Choices, Component, Container, ContainerBuilder, Outcome, Pick, Requirement,
    ResolveError, Resolver, Scope,
};
use thinking_modules::{Kind, MainModule, registry};
use thinking_runtime::logging::FlushOnDrop;
use thinking_runtime::{Diagnostic, Runtime, RuntimeBuilder, Setting, StartReport, exit_code};

use crate::app::Invocation;
use crate::body::Body;
use crate::commands::{Command, CommandLine};
use crate::main_result::MainResult;
use crate::mistakes::Mistakes;
use crate::{App, Arguments, Error, dry_run, failure};

/// What a constructor or hook of a component may take before the log names it. It is named as a
/// warning when half of it is gone.
const HOOK_LIMIT: Duration = Duration::from_secs(60);

/// Describes an application and runs it; made by [`App::builder`].
///
/// Several may run in one process, one after another or side by side: each has its own root,
/// configuration and components. What a process has only once is shared: the log is set up by the
/// first, and signals end the experiments of all.
///
/// ```standalone_crate
/// use thinking::prelude::*;
///
/// #[derive(Debug, Deserialize, Facet)]
/// #[facet(name = "training")]
/// struct Training {
///     #[facet(default = 3)]
///     epochs: u32,
/// }
///
/// # fn main() -> Result<()> {
/// # let directory = tempfile::tempdir()?;
/// let builder = || App::builder(thinking::main_module!()).root(directory.path());
/// let epochs = |training: Config<Training>| -> Result<u32> { Ok(training.epochs()) };
/// assert_eq!(builder().call(epochs)?, 3);
/// assert_eq!(builder().set("training.epochs=5").call(epochs)?, 5);
///
/// let error = builder().set("training.epoch=5").call(epochs).unwrap_err();
/// assert!(error.to_string().contains("unknown key `epoch` in facet `training`"));
/// # Ok(())
/// # }
/// ```
pub struct AppBuilder {
    main: MainModule,
    about: String,
    runtime: RuntimeBuilder,
    command_line: Vec<OsString>,
    /// Whether this is what the process is there for.
    of_process: bool,
    container: ContainerBuilder,
}

impl App {
    /// Starts to describe the application of the program `main`; see
    /// [`main_module!`](crate::main_module).
    pub fn builder(main: MainModule) -> AppBuilder {
        AppBuilder {
            main,
            about: String::new(),
            runtime: Runtime::builder(main),
            command_line: vec![main.target.name.into()],
            of_process: false,
            container: Container::builder().registered().hook_limit(HOOK_LIMIT),
        }
    }
}

impl AppBuilder {
    /// Sets the command line, without the program's name; empty if unset. [`run`](Self::run)
    /// understands what every program does: `config`, `--profile`, and so on. What is left are the
    /// program's own [`Arguments`].
    pub fn arguments<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command_line.truncate(1);
        self.command_line.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets what `--help` says of the program, of which `-h` says the first paragraph. If it is empty,
    /// both say the package's description.
    pub fn about(mut self, text: impl Into<String>) -> Self {
        self.about = text.into();
        self
    }

    /// Sets the root instead of searching it; `--root` overrides it.
    pub fn root(mut self, directory: impl Into<PathBuf>) -> Self {
        self.runtime = self.runtime.root(Some(directory.into()));
        self
    }

    /// Replaces the process's environment variables, as far as the root, profiles, facets and what
    /// is disabled depend on them.
    pub fn environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        self.runtime = self.runtime.environment(variables);
        self
    }

    /// Activates a profile, before those of the command line.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.runtime = self.runtime.profiles([name.into()]);
        self
    }

    /// Sets a value, `facet.key=value`; `--set` on the command line overrides it.
    pub fn set(mut self, assignment: impl Into<String>) -> Self {
        self.runtime = self.runtime.assignments([assignment.into()]);
        self
    }

    /// Disables a bootstrap action, besides those that the command line disables.
    pub fn disable(mut self, action: impl Into<String>) -> Self {
        self.runtime = self.runtime.disable([action.into()]);
        self
    }

    /// Names TOML files at the root that another program reads, so that they are not reported as
    /// files of no facet. `NAME.toml` stands for `NAME.PROFILE.toml` and variables
    /// `THINKING_NAME__…` as well.
    pub fn other_files<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.runtime = self.runtime.other_files(names);
        self
    }

    /// Adds a component to this application only.
    pub fn component(mut self, component: Component) -> Self {
        self.container = self.container.component(component);
        self
    }

    /// Puts `component` in the place of those that are picked, in this application only; see
    /// [`ContainerBuilder::replace`].
    #[track_caller]
    pub fn replace(mut self, pick: impl Into<Pick>, component: Component) -> Self {
        self.container = self.container.replace(pick, component);
        self
    }

    /// Leaves out the components that are picked, in this application only.
    #[track_caller]
    pub fn remove(mut self, pick: impl Into<Pick>) -> Self {
        self.container = self.container.remove(pick);
        self
    }

    /// Makes the picked component answer for one `I`, whatever else says.
    #[track_caller]
    pub fn force<I: ?Sized + 'static>(self, pick: impl Into<Pick>) -> Self {
        self.choices(Choices::new().force::<I>(pick))
    }

    /// Makes the picked component answer for one `I` where nothing else decides.
    #[track_caller]
    pub fn default_to<I: ?Sized + 'static>(self, pick: impl Into<Pick>) -> Self {
        self.choices(Choices::new().default_to::<I>(pick))
    }

    /// Sets when the log names a component whose constructor or hook takes long: one minute if unset.
    /// See [`ContainerBuilder::hook_limit`].
    pub fn hook_limit(mut self, limit: Duration) -> Self {
        self.container = self.container.hook_limit(limit);
        self
    }

    /// Decides about several components at once: [`Choices`].
    pub fn choices(mut self, choices: Choices) -> Self {
        self.container = self.container.choices(choices);
        self
    }

    /// Runs the application as a program: command line, configuration, logging, wiring, and then
    /// either a command that only shows something or the bootstrap actions and `body`, between
    /// start and stop of the components. What went wrong is printed to standard error.
    pub fn run<P, B: Body<P>>(self, body: B) -> ExitCode
    where
        B::Output: MainResult,
    {
        self.run_body(B::requirements(), |resolver| Ok(body.call(resolver)?.into_result()))
    }

    /// Performs the bootstrap actions, runs `body` between start and stop of the components and
    /// returns its value. Nothing is printed, and there is no command line.
    ///
    /// # Errors
    ///
    /// - [`Mistakes`] in configuration or wiring: nothing was constructed.
    /// - An [`ActionError`](thinking_runtime::ActionError): nothing was constructed.
    /// - A component that cannot be constructed, started or stopped, or the error or panic of
    ///   `body`: everything that was started has been stopped.
    pub fn call<P, B: Body<P, Output = Result<T, E>>, T, E: Into<Error>>(
        self,
        body: B,
    ) -> Result<T, Error> {
        // Also if `body` panics.
        let _log = FlushOnDrop;
        let prepared = self.prepare(Invocation::default());
        let mut start = prepared.start(false);
        let blueprint = start.timed("check wiring", || prepared.blueprint(B::requirements()))?;
        work(start, blueprint, |resolver| Ok(body.call(resolver)?.map_err(Into::into)))
    }

    /// Checks the wiring, without constructing or performing anything. Mistakes of the configuration
    /// do not count.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the wiring.
    pub fn check_wiring(self) -> Result<(), Mistakes> {
        let (container, _) = self.load(Invocation::default()).container(Vec::new());
        let wrong = container.validate().err();
        wrong.map_or(Ok(()), |wiring| Err(Mistakes { diagnostics: wiring.diagnostics }))
    }

    /// Sets the command line with the program's name, as a process gets it.
    pub(crate) fn command_line(mut self, words: impl IntoIterator<Item = OsString>) -> Self {
        self.command_line = words.into_iter().collect();
        self.of_process = true;
        self
    }

    /// As [`run`](Self::run), with what `#[thinking::main]` knows about the body's parameters.
    pub(crate) fn run_body(
        mut self,
        requirements: Vec<Requirement>,
        body: impl FnOnce(&Resolver<'_>) -> Result<Result<ExitCode, Error>, ResolveError>,
    ) -> ExitCode {
        let parsed = CommandLine::parse(
            &self.main,
            &self.about,
            std::mem::take(&mut self.command_line),
            Arguments::are_among(&requirements),
        );
        let CommandLine {
            command,
            root,
            profiles,
            assignments,
            disabled,
            explained,
            json,
            invocation,
            again,
        } = match parsed {
            Ok(command_line) => command_line,
            Err(code) => return code,
        };
        self.runtime = self.runtime.profiles(profiles).assignments(assignments).disable(disabled);
        if root.is_some() {
            self.runtime = self.runtime.root(root);
        }
        self.runtime = self.runtime.log_files(command == Command::Run);
        self.runtime = self.runtime.dry_run(command == Command::Plan);
        let _log = FlushOnDrop;
        let prepared = self.prepare(invocation);
        let mut start = prepared.start(explained);
        let (runtime, mistakes) = (&prepared.runtime, &prepared.mistakes);
        if let Some(code) = command.without_wiring(runtime, mistakes, &again, json) {
            start.explain("to the end of the command");
            return code;
        }
        if let Command::Wiring(shown) = &command {
            let (container, mistakes) = prepared.container(requirements);
            let code = shown.print(container, mistakes, json);
            start.explain("to the end of the command");
            return code;
        }
        let runtime = prepared.runtime.clone();
        let blueprint = start.timed("check wiring", || prepared.blueprint(requirements));
        let blueprint = match blueprint {
            Ok(blueprint) => blueprint,
            Err(mistakes) => {
                start.tell("to the mistakes");
                failure::report(&mistakes.diagnostics, json);
                return ExitCode::from(exit_code::CONFIGURATION);
            }
        };
        let ended = work(start, blueprint, |resolver| {
            // The end of a dry run is no failure, of which components would be told.
            let result = body(resolver)?;
            Ok(result.or_else(|error| dry_run::code_of(&error).ok_or(error)))
        });
        ended.unwrap_or_else(|error| {
            failure::report_end(&error, json);
            if let Some(divergence) = failure::divergence(&error) {
                let is_secret = |facet: &str, key: &str| {
                    !matches!(
                        runtime.facets().setting(facet, key),
                        Setting::Value(_) | Setting::Unset
                    )
                };
                failure::print(&again.hiding(is_secret).ways_on(divergence));
            }
            ExitCode::from(failure::code(&error))
        })
    }

    /// Loads what is known before anything is wired, and sets up the log.
    fn prepare(self, invocation: Invocation) -> Prepared {
        let of_process = self.of_process;
        let prepared = self.load(invocation);
        if of_process {
            prepared.runtime.make_current();
        }
        // Performing the other actions gives the same error again.
        let _ = prepared.runtime.perform_built_in();
        prepared
    }

    /// Loads what is known before anything is wired.
    fn load(self, invocation: Invocation) -> Prepared {
        let components = invocation.components().into_iter();
        let container = components.fold(self.container, ContainerBuilder::component);
        let (runtime, mistakes) = self.runtime.known_profiles(container.known_profiles()).load();
        Prepared { main: self.main, runtime: Arc::new(runtime), mistakes, container }
    }
}

/// An application that is configured but not wired.
struct Prepared {
    main: MainModule,
    runtime: Arc<Runtime>,
    mistakes: Vec<Diagnostic>,
    container: ContainerBuilder,
}

impl Prepared {
    fn start(&self, explained: bool) -> Start {
        Start { runtime: self.runtime.clone(), explained, phases: Vec::new() }
    }

    /// Checks the wiring; its mistakes join those of the configuration.
    fn blueprint(self, requirements: Vec<Requirement>) -> Result<Blueprint, Mistakes> {
        let (container, mut diagnostics) = self.container(requirements);
        match container.validate() {
            Ok(blueprint) if diagnostics.is_empty() => return Ok(blueprint),
            Ok(_) => {}
            Err(wiring) => diagnostics.extend(wiring.diagnostics),
        }
        Err(Mistakes { diagnostics })
    }

    /// Tells the container who asks of it; returns the mistakes of the configuration beside it.
    fn container(self, requirements: Vec<Requirement>) -> (ContainerBuilder, Vec<Diagnostic>) {
        let place = self.main.place;
        let scope = Scope::Singleton;
        let main = Asker { label: "`main`".to_owned(), place, requirements, scope };
        // Tasks ask for components, too, and what they miss is found before they run.
        let tasks = registry::items::<TaskDefinition>().map(|(definition, task)| Asker {
            label: format!("{} `{}`", definition.kind, definition.path()),
            place: task.place,
            requirements: (task.requirements)(),
            scope: match definition.kind {
                Kind::Stage => Scope::Stage,
                _ => Scope::Step,
            },
        });
        let container = tasks.fold(self.container.asker(main), ContainerBuilder::asker);
        (container.runtime(self.runtime), self.mistakes)
    }
}

/// How the start of an application goes.
struct Start {
    runtime: Arc<Runtime>,
    explained: bool,
    /// What the runtime does not know of.
    phases: Vec<(&'static str, Duration)>,
}

impl Start {
    fn timed<T>(&mut self, phase: &'static str, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let result = work();
        self.phases.push((phase, begun.elapsed()));
        result
    }

    /// Reports it in the log, and on standard error if the command line asks for it.
    fn tell(&self, until: &str) {
        let time = self.runtime.elapsed();
        if StartReport::is_logged() {
            self.report(time, until).log();
        }
        self.explain_at(time, until);
    }

    /// Reports it only if the command line asks for it. A command that shows something should not
    /// say more than that because the profile `debug` is active.
    fn explain(&self, until: &str) {
        self.explain_at(self.runtime.elapsed(), until);
    }

    fn explain_at(&self, time: Duration, until: &str) {
        if self.explained {
            failure::print(&format!("{}\n", self.report(time, until)));
        }
    }

    fn report(&self, time: Duration, until: &str) -> StartReport {
        let mut report = self.runtime.report();
        for (phase, time) in &self.phases {
            report.phase(*phase, *time);
        }
        report.total(time, until);
        report
    }
}

/// Performs the actions, builds and starts the components, calls `body`, and stops the components.
fn work<T>(
    mut start: Start,
    blueprint: Blueprint,
    body: impl FnOnce(&Resolver<'_>) -> Result<Result<T, Error>, ResolveError>,
) -> Result<T, Error> {
    let ready = start.runtime.perform().map_err(Error::from);
    let container = ready
        .and_then(|()| start.timed("build components", || blueprint.build()).map_err(Error::from));
    start.tell(if container.is_ok() { "to the body of `main`" } else { "to the failure" });
    let container = container?;
    // A panic must not end the process before the components are stopped.
    let result = catch_unwind(AssertUnwindSafe(|| body(&container.resolver())))
        .unwrap_or_else(|payload| Ok(Err(panicked(&*payload))));
    let result = result.map_err(Error::from).flatten();
    let outcome = match &result {
        Ok(_) => Outcome::Success,
        Err(error) => failure::outcome(error),
    };
    let errors = container.stop(&outcome);
    match (result, errors.into_iter().next()) {
        (Ok(_), Some(error)) => {
            Err(Error::from_boxed(error).context("a component cannot be stopped"))
        }
        (result, _) => result,
    }
}

fn panicked(payload: &(dyn Any + Send)) -> Error {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    Error::msg(text.unwrap_or_default()).context("`main` panicked")
}
