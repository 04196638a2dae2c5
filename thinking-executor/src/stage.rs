//! A stage: tasks in order. Its body runs in every session and cannot change data.

use std::cell::RefCell;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_injection::{Container, Resolver, Scope};
use thinking_runtime::{Recorded, Recording};

use crate::arguments::Arguments;
use crate::artifact::Artifact;
use crate::digest::Digest;
use crate::error::{ExecutorError, StoreError};
use crate::failure::Failure;
use crate::flow::Reason;
use crate::history::ArgumentsPrint;
use crate::panicked::caught;
use crate::path::{Identity, TaskPath};
use crate::progress::Progress;
use crate::replay::{Aliases, Request};
use crate::seen::Seen;
use crate::session::{ResultCodec, Session};
use crate::state::{Key, Table, TableView};
use crate::step::Step;
use crate::task::{SealedResult, Task, TaskDefinition, sealed};
use crate::task_failure::TaskFailure;

/// What a stage's body works with: it runs tasks and reads state.
///
/// A stage's body runs in every session. That of one with `#[stage(sealed)]` does not once it is
/// finished, as long as all is the same that it and the tasks in it depend on: their code, its
/// arguments, their components, the settings that they read, the tracked helpers that they called.
///
/// ```
/// # extern crate thinking_executor as thinking;
/// # use std::sync::atomic::{AtomicU32, Ordering};
/// # use thinking_executor::{Options, Stage, Store, execute, stage, step};
/// # use thinking_injection::{BoxError, Container};
/// # static BODIES: AtomicU32 = AtomicU32::new(0);
/// #[step(crate = thinking_executor)]
/// fn square(n: u64) -> Result<u64, BoxError> {
///     Ok(n * n)
/// }
///
/// /// A thousand steps, which a later session does not look at.
/// #[stage(crate = thinking_executor, sealed)]
/// fn prepare(stage: &Stage) -> Result<u64, BoxError> {
/// #   BODIES.fetch_add(1, Ordering::Relaxed);
///     Ok(stage.run_all((0..1000).map(square))?.iter().sum())
/// }
///
/// #[stage(crate = thinking_executor)]
/// fn experiment(stage: &Stage) -> Result<u64, BoxError> {
///     Ok(stage.run(prepare())? + stage.run(square(7))?)
/// }
///
/// # let container = Container::builder().build()?;
/// # let store = Store::in_memory()?;
/// for _session in 0..2 {
///     let sum = execute(experiment(), &container, store.clone(), Options::default())?;
///     assert_eq!(sum, 332_833_549);
/// }
/// # assert_eq!(BODIES.load(Ordering::Relaxed), 1);
/// # Ok::<(), BoxError>(())
/// ```
pub struct Stage {
    pub(crate) session: Rc<Session>,
    /// As it is seen from the stage.
    pub(crate) container: Container,
    pub(crate) path: TaskPath,
    /// Former names of the stages from the outermost to this one.
    pub(crate) aliases: Vec<Aliases>,
    pub(crate) progress: RefCell<Option<Progress>>,
    pub(crate) seen: RefCell<Seen>,
    /// Where the body is written.
    pub(crate) definition: &'static TaskDefinition,
    /// The arguments, those of the stages around a closure included.
    pub(crate) arguments: Digest,
    /// What the stages around a closure had used.
    around: Recorded,
    recording: Recording,
}

impl Stage {
    /// Returns what the body has used so far, the bodies around a closure included.
    pub(crate) fn recorded(&self) -> Recorded {
        let mut recorded = self.recording.so_far();
        recorded.extend(self.around.clone());
        recorded
    }

    /// Runs a task and returns its result. A step that is recorded with the same inputs is not
    /// executed; its recorded result is returned.
    ///
    /// # Errors
    ///
    /// The task failed, or the session ends: after a divergence, a signal or a failing store every
    /// later call fails, too. What was committed stays.
    #[track_caller]
    pub fn run<T: Task>(&self, task: T) -> Result<T::Output, ExecutorError> {
        task.run_in(self)
    }

    /// Runs a task whose failure the stage can handle: as [`Stage::run`], with the failure as a
    /// value. What ends the session is the outer error, to be passed up.
    ///
    /// A failure that was handled is recorded with what comes after it: the next step, or the end
    /// of the session. Later sessions give it again and do not try the task anew. See
    /// [`TaskFailure`] for what the stage may make of it.
    ///
    /// ```
    /// # use thinking_executor::{Stage, stage, step};
    /// # use thinking_injection::BoxError;
    /// # #[step(crate = thinking_executor)]
    /// # fn fetch(url: String) -> Result<String, BoxError> { Ok(url) }
    /// #[stage(crate = thinking_executor)]
    /// fn crawl(urls: Vec<String>, stage: &Stage) -> Result<Vec<String>, BoxError> {
    ///     let mut missing = Vec::new();
    ///     for url in urls {
    ///         if let Err(failure) = stage.attempt(fetch(url))? {
    ///             missing.push(failure.to_string());
    ///         }
    ///     }
    ///     Ok(missing)
    /// }
    /// # let _ = crawl(Vec::new());
    /// ```
    ///
    /// # Errors
    ///
    /// The session ends: see [`Stage::run`].
    #[track_caller]
    pub fn attempt<T: Task>(
        &self,
        task: T,
    ) -> Result<Result<T::Output, TaskFailure>, ExecutorError> {
        match self.run(task) {
            Ok(value) => Ok(Ok(value)),
            Err(error) => TaskFailure::of(error).map(Err),
        }
    }

    /// Runs small steps one after the other, and commits up to 64 of them at once: at the latest
    /// after a second of work. Returns when all are committed, with their results in order. A step
    /// sees what those before it have written.
    ///
    /// A process that is killed loses at most the group that it was at, and runs it again in the
    /// next session.
    ///
    /// ```
    /// # extern crate thinking_executor as thinking;
    /// # use thinking_executor::{Options, Stage, Store, Tx, execute, stage, step};
    /// # use thinking_injection::{BoxError, Container};
    /// #[step(crate = thinking_executor)]
    /// fn length(line: String) -> Result<usize, BoxError> {
    ///     Ok(line.len())
    /// }
    ///
    /// #[stage(crate = thinking_executor)]
    /// fn experiment(stage: &Stage) -> Result<usize, BoxError> {
    ///     let lines = ["a", "bb", "ccc"];
    ///     let lengths = stage.run_all(lines.map(|line| length(line.to_owned())))?;
    ///     Ok(lengths.iter().sum())
    /// }
    ///
    /// # let container = Container::builder().build()?;
    /// # let sum = execute(experiment(), &container, Store::in_memory()?, Options::default())?;
    /// # assert_eq!(sum, 6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Stage::run`], of the first step that fails. Those before it are committed; none after
    /// it is run.
    #[track_caller]
    pub fn run_all<T: Serialize + DeserializeOwned>(
        &self,
        steps: impl IntoIterator<Item = Step<T>>,
    ) -> Result<Vec<T>, ExecutorError> {
        self.session.run_all(self, steps)
    }

    /// Says how many tasks the stage will run, for the progress bar.
    pub fn expect(&self, tasks: u64) {
        let bar = Progress::new(self.path.as_str(), tasks);
        *self.progress.borrow_mut() = Some(bar);
    }

    /// Returns a table as it is after the tasks that have ended.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub fn table<K: Key, V: DeserializeOwned>(
        &self,
        table: Table<K, V>,
    ) -> Result<TableView<K, V>, StoreError> {
        self.session.view(table)
    }

    /// Copies an artifact out of the store, under its own name into `directory`, checked against
    /// its hash. Relative paths are relative to the root. Returns the file.
    ///
    /// A stage's body runs in every session, so the file is written again if it was removed; but not by
    /// a sealed stage that is skipped.
    ///
    /// # Errors
    ///
    /// The artifact is gone or damaged, or the directory cannot be written. A file that was there
    /// is as before.
    pub fn export(
        &self,
        artifact: &Artifact,
        directory: impl AsRef<Path>,
    ) -> Result<PathBuf, StoreError> {
        self.session.export(artifact, directory.as_ref())
    }

    /// Returns the stage's place in the tree.
    pub fn path(&self) -> &TaskPath {
        &self.path
    }

    /// Tells whether the process was asked to stop. Once it says so, the session ends as
    /// interrupted, because what a stage does then may be a part of its work only.
    pub fn cancelled(&self) -> bool {
        self.session.proceed().is_err()
    }

    /// Gives a task its place below the stage.
    #[track_caller]
    pub(crate) fn enter(
        &self,
        name: &str,
        arguments: &mut Arguments,
        occurrence: u32,
    ) -> Result<TaskPath, ExecutorError> {
        let identity = Identity::new(name, arguments.key().as_deref()).occurrence(occurrence);
        let path = self.path.child(&identity);
        let place = Location::caller();
        if occurrence == 0 {
            return Err(ExecutorError::Occurrence { path, place });
        }
        if let Some((argument, source)) = arguments.take_error() {
            return Err(ExecutorError::Argument { path, argument, source });
        }
        if let Err(first) = self.seen.borrow_mut().insert(&identity, place) {
            return Err(ExecutorError::Duplicate { path, first, second: place });
        }
        if let Some(progress) = &*self.progress.borrow() {
            progress.running(identity.as_str());
        }
        Ok(path)
    }

    /// Counts a task that has ended.
    pub(crate) fn leave(&self) {
        if let Some(progress) = &*self.progress.borrow() {
            progress.advance();
        }
    }
}

/// A stage with its arguments, ready for [`Stage::run`] or [`execute`](crate::execute); made by
/// calling a `#[stage]` function.
#[must_use = "a stage does nothing until it is run: `stage.run(…)`"]
pub struct StageTask<T> {
    pub(crate) definition: &'static TaskDefinition,
    pub(crate) arguments: Arguments,
    occurrence: u32,
    /// Of a sealed one.
    codec: Option<ResultCodec<T>>,
    body: Box<Body<T>>,
}

type Body<T> = dyn Fn(&mut StageContext<'_>) -> Result<T, Failure>;

impl<T> StageTask<T> {
    #[doc(hidden)]
    pub fn new(
        definition: &'static TaskDefinition,
        arguments: Arguments,
        body: impl Fn(&mut StageContext<'_>) -> Result<T, Failure> + 'static,
    ) -> Self {
        StageTask { definition, arguments, occurrence: 1, codec: None, body: Box::new(body) }
    }

    #[doc(hidden)]
    pub fn sealed(mut self) -> Self
    where
        T: SealedResult,
    {
        self.codec = Some(ResultCodec::new());
        self
    }

    /// Runs the stage once more in the stage around it, with the same arguments: as
    /// [`Step::occurrence`](crate::Step::occurrence). The first stage of a run has one occurrence.
    pub fn occurrence(mut self, n: u32) -> Self {
        self.occurrence = n;
        self
    }

    /// Runs the body at its place, unless the stage is sealed and finished.
    ///
    /// `container` is as it is seen from the stage around it, `around` are the former names of those
    /// that it lies in.
    pub(crate) fn run_at(
        self,
        session: &Rc<Session>,
        container: &Container,
        path: TaskPath,
        around: &[Aliases],
    ) -> Result<T, ExecutorError> {
        let StageTask { definition, arguments, codec, body, .. } = self;
        let hash = arguments.hash();
        let run = |path| {
            let aliases = around.iter().copied().chain([definition.aliases]).collect();
            let around = Recorded::default();
            let call = StageCall { definition, arguments: hash, around, aliases };
            call.run(session, container, path, |stage| body(&mut StageContext { stage }))
        };
        let Some(codec) = codec else {
            return run(path);
        };
        let request = Request {
            path: path.as_str(),
            stages: around,
            aliases: definition.aliases,
            arguments: &ArgumentsPrint { hash, text: arguments.text() },
        };
        session.sealed(definition, request, &codec, || run(path.clone()))
    }
}

/// A stage that is to be run, declared or not.
pub(crate) struct StageCall {
    pub(crate) definition: &'static TaskDefinition,
    pub(crate) arguments: Digest,
    pub(crate) around: Recorded,
    /// The former names of each stage down to this one.
    pub(crate) aliases: Vec<Aliases>,
}

impl StageCall {
    /// Runs a body, with components of its own where their scope says so.
    pub(crate) fn run<T>(
        self,
        session: &Rc<Session>,
        container: &Container,
        path: TaskPath,
        body: impl FnOnce(&Stage) -> Result<T, Failure>,
    ) -> Result<T, ExecutorError> {
        let span = tracing::info_span!("stage", task = %path);
        let _entered = span.enter();
        let refusal: Arc<str> =
            format!("stage `{path}` may not modify data; move the write into a step").into();
        // What lives in the stage is made in every session, by the stage or by a step that asks
        // for it first, and is no part of that step.
        let of_components = refusal.clone();
        let scope = container
            .open(Scope::Stage)
            .entering(move || thinking_dbs::forbid_writes(of_components.clone()));
        let StageCall { definition, arguments, around, aliases } = self;
        let stage = Stage {
            session: session.clone(),
            container: scope.container().clone(),
            path: path.clone(),
            aliases,
            progress: RefCell::default(),
            seen: RefCell::default(),
            definition,
            arguments,
            around,
            recording: Recording::start(session.source()),
        };
        let run = || {
            let _no_writes = thinking_dbs::forbid_writes(refusal);
            scope.run(|| body(&stage))
        };
        let _within = session.within(path.clone());
        let result = caught(run);
        if session.is_sealing() {
            let mut recorded = scope.recorded(&(definition.requirements)());
            recorded.extend(stage.recorded());
            session.body_ran(definition, recorded, result.is_ok());
        }
        let result = session.closed(scope, result);
        result.map_err(|failure| session.end(stage_error(session, path, failure)))
    }
}

/// Returns what a stage's error means: a task's failure that it passed up says more than the stage
/// could.
fn stage_error(session: &Session, path: TaskPath, failure: Failure) -> ExecutorError {
    let error = match failure.error.downcast::<ExecutorError>() {
        Ok(error) => return *error,
        Err(error) => error,
    };
    let error = match error.downcast::<TaskFailure>() {
        Ok(failure) => return (*failure).into(),
        Err(error) => error,
    };
    if let Some(reason) = Reason::within(&*error) {
        return ExecutorError::ToBeContinued { path, source: reason.clone() };
    }
    match session.passed_up(&error.to_string()) {
        Some(failure) => failure,
        None => ExecutorError::Stage { path, source: error.into() },
    }
}

impl<T> sealed::Sealed for StageTask<T> {}

#[diagnostic::do_not_recommend]
impl<T> Task for StageTask<T> {
    type Output = T;

    #[track_caller]
    fn run_in(mut self, stage: &Stage) -> Result<T, ExecutorError> {
        stage.session.proceed()?;
        let session = stage.session.clone();
        let entered = stage.enter(self.definition.name, &mut self.arguments, self.occurrence);
        let path = entered.map_err(|error| session.end(error))?;
        let result = self.run_at(&session, &stage.container, path, &stage.aliases);
        stage.leave();
        result
    }
}

/// What a stage's generated code works with.
#[doc(hidden)]
pub struct StageContext<'a> {
    stage: &'a Stage,
}

impl StageContext<'_> {
    #[doc(hidden)]
    pub fn resolver(&self) -> Resolver<'_> {
        self.stage.container.resolver()
    }

    #[doc(hidden)]
    pub fn waiter(&self) -> Container {
        self.stage.container.clone()
    }

    #[doc(hidden)]
    pub fn context(&mut self) -> &Stage {
        self.stage
    }
}
