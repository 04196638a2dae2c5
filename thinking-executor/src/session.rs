//! One process working on a run: replays what is recorded, executes the rest.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_injection::Container;

use crate::artifact::Artifact;
use crate::codec;
use crate::divergence::Difference;
use crate::error::{ExecutorError, StoreError};
use crate::execute::Options;
use crate::history::{ArgumentsPrint, Ending, Print};
use crate::path::TaskPath;
use crate::replay::{Request, compare, ends_here};
use crate::stage::Stage;
use crate::state::{Key, StateRows, Table, TableView};
use crate::step::StepCall;
use crate::store::{Active, Lineage, Store, candidates};
use crate::task_failure::TaskFailure;

mod cursor;
mod execution;
mod group;
mod inputs;
mod keeping;
mod planning;
mod replaying;
mod sealing;

use cursor::Cursor;
pub(crate) use execution::causes;
use group::Group;
use inputs::Inputs;
use keeping::Keeping;
use planning::Planning;
use replaying::Replayed;
use sealing::Collected;
pub(crate) use sealing::ResultCodec;

pub(crate) struct Session {
    pub(crate) container: Container,
    pub(crate) store: Store,
    options: Options,
    run: String,
    serial: u64,
    source: u64,
    cursor: RefCell<Cursor>,
    inputs: RefCell<Inputs>,
    /// Steps that are executed and not committed yet.
    group: RefCell<Option<Group>>,
    /// The sealed stages whose bodies are running, outermost first.
    collected: RefCell<Vec<Collected>>,
    /// The stages whose bodies are running, outermost first.
    stages: RefCell<Vec<TaskPath>>,
    /// Why no more tasks are run, and the stages that ran when it happened.
    ended: RefCell<Option<(ExecutorError, Vec<TaskPath>)>>,
    /// The last failure of a task.
    failure: RefCell<Option<ExecutorError>>,
    /// The last task whose failure was given from the records.
    given: RefCell<Option<TaskPath>>,
    /// What a dry run finds. Nothing is executed or written then.
    plan: Option<RefCell<Planning>>,
    keeping: RefCell<Keeping>,
    _active: Option<Active>,
}

impl Session {
    pub(crate) fn open(
        container: Container,
        store: Store,
        options: Options,
        run: &str,
        begun: Option<(u64, Active)>,
    ) -> Result<Session, ExecutorError> {
        let records = store.records()?;
        let cursor = match records.head(run)? {
            Some(branch) => Cursor::new(&records, run, branch)?,
            None => Cursor::at_nothing(0, Lineage { segments: Vec::new() }),
        };
        let keeping = Keeping::new(&options.keep, &records)?;
        let is_plan = begun.is_none();
        let (serial, active) = begun.map_or((0, None), |(serial, active)| (serial, Some(active)));
        let facets = container.runtime().map(|runtime| runtime.facets());
        let settings = facets.map(|facets| facets.current()).unwrap_or_default();
        Ok(Session {
            source: facets.map_or(0, |facets| facets.source()),
            store,
            options,
            run: run.to_owned(),
            serial,
            cursor: RefCell::new(cursor),
            inputs: RefCell::new(Inputs::new(settings)),
            group: RefCell::default(),
            collected: RefCell::default(),
            stages: RefCell::default(),
            ended: RefCell::default(),
            failure: RefCell::default(),
            given: RefCell::default(),
            container,
            plan: is_plan.then(RefCell::default),
            keeping: RefCell::new(keeping),
            _active: active,
        })
    }

    /// Ends the session with the result of its first stage.
    pub(crate) fn close<T>(&self, result: Result<T, ExecutorError>) -> Result<T, ExecutorError> {
        // Steps may wait for their commit where an iterator panicked that made them.
        let flushed = self.flush();
        if let Some((error, stages)) = self.ended.borrow_mut().take() {
            *self.stages.borrow_mut() = stages;
            return Err(error);
        }
        let value = result.inspect_err(|error| self.explain(error))?;
        flushed?;
        let (next, recorded) = {
            let cursor = self.cursor.borrow();
            (cursor.next, cursor.recorded)
        };
        if next < recorded {
            self.leave_behind(recorded - next)?;
        }
        self.keeping.borrow_mut().ended();
        let cursor = self.cursor.borrow();
        let (reused, executed) = (cursor.reused, cursor.executed);
        tracing::info!("`{}` is done: {executed} steps executed, {reused} reused", self.run);
        Ok(value)
    }

    /// Says of a failure that ends the session if it was not met in it.
    fn explain(&self, error: &ExecutorError) {
        let given = self.given.borrow();
        if let Some(path) = given.as_ref().filter(|given| error.path() == Some(given)) {
            tracing::warn!(
                "`{path}` failed in an earlier session, and a stage went on after that: it was not \
                 tried again, which `--retry-failed` does"
            );
        }
    }

    /// Returns where a session that is closed came to its end.
    pub(crate) fn ending(&self, error: Option<&ExecutorError>) -> Ending {
        let cursor = self.cursor.borrow();
        let mut ending =
            Ending { branch: cursor.branch, position: cursor.next, ..Ending::default() };
        match error {
            // A failure counts as handled once the session went on to its end.
            None => ending.failures.clone_from(&cursor.failures),
            Some(error) => {
                ending.path = error.path().cloned();
                ending.causes = causes(error);
                ending.interrupted = match &ending.path {
                    Some(path) => path.ancestors().collect(),
                    None => self.stages.borrow().clone(),
                };
            }
        }
        ending
    }

    /// Remembers that a stage's body runs, until the value is dropped.
    pub(crate) fn within(&self, stage: TaskPath) -> impl Drop {
        struct Within<'a>(&'a RefCell<Vec<TaskPath>>);
        impl Drop for Within<'_> {
            fn drop(&mut self) {
                self.0.borrow_mut().pop();
            }
        }
        self.stages.borrow_mut().push(stage);
        Within(&self.stages)
    }

    /// Returns an error if no more tasks may be run.
    pub(crate) fn proceed(&self) -> Result<(), ExecutorError> {
        if let Some((error, _)) = &*self.ended.borrow() {
            return Err(ExecutorError::Ended { reason: error.to_string() });
        }
        match self.interrupted() {
            Some(signal) => Err(self.end(ExecutorError::Interrupted { signal })),
            None => Ok(()),
        }
    }

    /// Returns which loaded configuration reads are recorded of; 0 without one.
    pub(crate) fn source(&self) -> u64 {
        self.source
    }

    /// Returns the session's number in the store.
    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }

    /// Returns how what is recorded differs from what it would depend on now.
    pub(crate) fn compare(&self, recorded: &Print, now: &Print) -> Vec<Difference> {
        compare(recorded, now, self.inputs.borrow().present())
    }

    pub(crate) fn interrupted(&self) -> Option<i32> {
        self.options.signals.received()
    }

    /// Keeps the error that ends the session, whatever its stages make of what they get.
    pub(crate) fn end(&self, error: ExecutorError) -> ExecutorError {
        if let ExecutorError::Ended { .. } = error {
            return error;
        }
        if !error.ends_the_session() {
            *self.failure.borrow_mut() = error.shared();
            return error;
        }
        let reason = error.to_string();
        self.ended.borrow_mut().get_or_insert_with(|| (error, self.stages.borrow().clone()));
        ExecutorError::Ended { reason }
    }

    /// Returns a task's failure if that is what a stage's error says: a stage that only passes it
    /// up, in an error type of its own, has nothing to add.
    pub(crate) fn passed_up(&self, text: &str) -> Option<ExecutorError> {
        self.failure.borrow_mut().take_if(|error| error.to_string() == text)
    }

    #[track_caller]
    pub(crate) fn run_step<T: Serialize + DeserializeOwned>(
        &self,
        stage: &Stage,
        mut step: StepCall<'_, T>,
    ) -> Result<T, ExecutorError> {
        self.proceed()?;
        if !step.grouped {
            self.flush()?;
        }
        let entered = stage.enter(step.name, &mut step.arguments, step.occurrence);
        let path = entered.map_err(|error| self.end(error))?;
        let result = self.step_at(stage, path, &step);
        stage.leave();
        result.map_err(|error| self.end(error))
    }

    fn step_at<T: Serialize + DeserializeOwned>(
        &self,
        stage: &Stage,
        path: TaskPath,
        step: &StepCall<'_, T>,
    ) -> Result<T, ExecutorError> {
        let inputs = self.inputs.borrow_mut().of(step.definition, &self.container);
        let arguments = ArgumentsPrint { hash: step.arguments.hash(), text: step.arguments.text() };
        let request = Request {
            path: path.as_str(),
            stages: &stage.aliases,
            aliases: step.aliases,
            arguments: &arguments,
        };
        match self.replay(request, step.definition, &inputs)? {
            Replayed::Result(sealed) => {
                codec::open(&sealed).map_err(|source| ExecutorError::Result { path, source })
            }
            Replayed::Failure(failure) => {
                *self.given.borrow_mut() = Some(path);
                Err(TaskFailure::from(*failure).into())
            }
            Replayed::Nothing => self.execute(stage, path, step, arguments, &inputs),
        }
    }

    /// Leaves the recorded steps from the cursor on behind. Nothing would run again, so there is
    /// nothing to ask; the old branch keeps them.
    fn leave_behind(&self, left: u64) -> Result<(), StoreError> {
        let (lineage, next) = {
            let cursor = self.cursor.borrow();
            (cursor.lineage.clone(), cursor.next)
        };
        let candidates = candidates(&self.store.records()?, &self.run)?;
        match ends_here(candidates, &lineage, next) {
            Some(branch) => self.store.make_current(&self.run, branch.branch),
            None => self.fork(left).map(drop),
        }
    }

    /// Returns a table as it is behind the last step.
    pub(crate) fn view<K: Key, V: DeserializeOwned>(
        &self,
        table: Table<K, V>,
    ) -> Result<TableView<K, V>, StoreError> {
        let rows = {
            let cursor = self.cursor.borrow();
            StateRows {
                snapshot: self.store.snapshot()?.into(),
                lineage: cursor.lineage.clone(),
                below: cursor.next,
                overlays: self.group.borrow().iter().map(Group::overlay).collect(),
            }
        };
        TableView::new(rows, table)
    }

    pub(crate) fn export(&self, artifact: &Artifact, to: &Path) -> Result<PathBuf, StoreError> {
        let root = self.container.runtime().map(|runtime| runtime.root().path.join(to));
        let to = root.unwrap_or_else(|| to.to_owned());
        match self.plan {
            Some(_) => Ok(to.join(&artifact.name)),
            None => artifact.export(self.store.artifacts(), &to),
        }
    }
}
