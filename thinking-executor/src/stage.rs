//! A stage: tasks in order. Its body runs in every session and cannot change data.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::de::DeserializeOwned;
use thinking_injection::{BoxError, Container, Resolver, Scope};

use crate::arguments::Arguments;
use crate::artifact::Artifact;
use crate::error::{ExecutorError, StoreError};
use crate::path::{Identity, TaskPath};
use crate::progress::Progress;
use crate::replay::Aliases;
use crate::session::{Session, closed, panic_error};
use crate::state::{Key, Table, TableView};
use crate::task::{Task, TaskDefinition, sealed};

/// What a stage's body works with: it runs tasks and reads state.
pub struct Stage {
    pub(crate) session: Rc<Session>,
    /// As it is seen from the stage.
    pub(crate) container: Container,
    pub(crate) path: TaskPath,
    /// Former names of the stages from the outermost to this one.
    pub(crate) aliases: Vec<Aliases>,
    pub(crate) progress: RefCell<Option<Progress>>,
    /// Hashes of the identities of the tasks that were run: 8 bytes each, so that a stage of a
    /// million steps stays small. Two of them collide once in 10^19 / n² stages.
    seen: RefCell<HashSet<u64>>,
}

impl Stage {
    pub(crate) fn new(
        session: Rc<Session>,
        container: Container,
        path: TaskPath,
        aliases: Vec<Aliases>,
    ) -> Self {
        let (progress, seen) = (RefCell::default(), RefCell::default());
        Stage { session, container, path, aliases, progress, seen }
    }

    /// Runs a task and returns its result. A step that is recorded with the same inputs is not
    /// executed; its recorded result is returned.
    ///
    /// # Errors
    ///
    /// The task failed, or the session ends: after a divergence, a signal or a failing store every
    /// later call fails, too. What was committed stays.
    pub fn run<T: Task>(&self, task: T) -> Result<T::Output, ExecutorError> {
        task.run_in(self)
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
    /// A stage's body runs in every session, so the file is written again if it was removed.
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
    pub(crate) fn enter(
        &self,
        name: &str,
        arguments: &mut Arguments,
    ) -> Result<TaskPath, ExecutorError> {
        let identity = Identity::new(name, arguments.key().as_deref());
        let path = self.path.child(&identity);
        if let Some((argument, source)) = arguments.take_error() {
            return Err(ExecutorError::Argument { path, argument, source });
        }
        let mut hasher = DefaultHasher::new();
        identity.hash(&mut hasher);
        if !self.seen.borrow_mut().insert(hasher.finish()) {
            return Err(ExecutorError::Duplicate { path });
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
    body: Box<Body<T>>,
}

type Body<T> = dyn Fn(&mut StageContext<'_>) -> Result<T, BoxError>;

impl<T> StageTask<T> {
    #[doc(hidden)]
    pub fn new(
        definition: &'static TaskDefinition,
        arguments: Arguments,
        body: impl Fn(&mut StageContext<'_>) -> Result<T, BoxError> + 'static,
    ) -> Self {
        StageTask { definition, arguments, body: Box::new(body) }
    }

    /// Runs the body at its place, with components of its own where their scope says so.
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
        let span = tracing::info_span!("stage", task = %path);
        let _entered = span.enter();
        let scope = container.open(Scope::Stage);
        let aliases = around.iter().copied().chain([self.definition.aliases]).collect();
        let stage = Stage::new(session.clone(), scope.container().clone(), path.clone(), aliases);
        let run = || scope.run(|| (self.body)(&mut StageContext { stage: &stage }));
        let result = catch_unwind(AssertUnwindSafe(run));
        let result = result.unwrap_or_else(|payload| Err(panic_error(&*payload)));
        closed(scope, result).map_err(|source| match source.downcast::<ExecutorError>() {
            // A task's failure that the stage passed up says more than the stage could.
            Ok(error) => *error,
            Err(source) => session.passed_up(&source.to_string()).unwrap_or_else(|| {
                session.end(ExecutorError::Stage { path, source: source.into() })
            }),
        })
    }
}

impl<T> sealed::Sealed for StageTask<T> {}

#[diagnostic::do_not_recommend]
impl<T> Task for StageTask<T> {
    type Output = T;

    fn run_in(mut self, stage: &Stage) -> Result<T, ExecutorError> {
        stage.session.proceed()?;
        let session = stage.session.clone();
        let path = stage
            .enter(self.definition.name, &mut self.arguments)
            .map_err(|error| session.end(error))?;
        let result = self.run_at(&session, &stage.container, path, &stage.aliases)?;
        stage.leave();
        Ok(result)
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
    pub fn context(&mut self) -> &Stage {
        self.stage
    }
}
