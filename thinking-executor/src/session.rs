//! One process working on a run: replays what is recorded, executes the rest.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_injection::Container;

use crate::artifact::Artifact;
use crate::codec;
use crate::divergence::{Difference, Divergence};
use crate::error::{ExecutorError, SharedError, StoreError};
use crate::execute::Options;
use crate::facet::OnChange;
use crate::history::ArgumentsPrint;
use crate::path::TaskPath;
use crate::replay::{Decision, Recorded, Request, decide};
use crate::stage::Stage;
use crate::state::{Key, StateRows, Table, TableView};
use crate::step::StepCall;
use crate::store::{Active, Store};
use crate::task::TaskDefinition;
use crate::view::duration;

mod cursor;
mod execution;
mod group;
mod inputs;

use cursor::{Cursor, head};
pub(crate) use execution::{causes, closed, panic_error};
use group::Group;
use inputs::{Inputs, TaskInputs};

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
    /// Why no more tasks are run.
    ended: RefCell<Option<ExecutorError>>,
    /// The last failure of a task.
    failure: RefCell<Option<ExecutorError>>,
    _active: Active,
}

impl Session {
    pub(crate) fn open(
        container: Container,
        store: Store,
        options: Options,
        run: &TaskPath,
        serial: u64,
        active: Active,
    ) -> Result<Session, StoreError> {
        let records = store.records()?;
        let branch = records.head(run.as_str())?.unwrap_or_default();
        let cursor = Cursor::new(&records, branch)?;
        let facets = container.runtime().map(|runtime| runtime.facets());
        let settings = facets.map(|facets| facets.current()).unwrap_or_default();
        Ok(Session {
            source: facets.map_or(0, |facets| facets.source()),
            store,
            options,
            run: run.as_str().to_owned(),
            serial,
            cursor: RefCell::new(cursor),
            inputs: RefCell::new(Inputs::new(settings)),
            group: RefCell::default(),
            ended: RefCell::default(),
            failure: RefCell::default(),
            container,
            _active: active,
        })
    }

    /// Ends the session with the result of its first stage.
    pub(crate) fn close<T>(&self, result: Result<T, ExecutorError>) -> Result<T, ExecutorError> {
        // Steps may wait for their commit where an iterator panicked that made them.
        let flushed = self.flush();
        if let Some(error) = self.ended.borrow_mut().take() {
            return Err(error);
        }
        let value = result?;
        flushed?;
        let (next, recorded) = {
            let cursor = self.cursor.borrow();
            (cursor.next, cursor.recorded)
        };
        if next < recorded {
            // Nothing would run again, so there is nothing to ask; the old branch keeps the rest.
            self.fork(recorded - next)?;
        }
        let cursor = self.cursor.borrow();
        let (reused, executed) = (cursor.reused, cursor.executed);
        tracing::info!("`{}` is done: {executed} steps executed, {reused} reused", self.run);
        Ok(value)
    }

    /// Returns an error if no more tasks may be run.
    pub(crate) fn proceed(&self) -> Result<(), ExecutorError> {
        if let Some(error) = &*self.ended.borrow() {
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

    pub(crate) fn interrupted(&self) -> Option<i32> {
        self.options.signals.received()
    }

    /// Keeps the error that ends the session, whatever its stages make of what they get.
    pub(crate) fn end(&self, error: ExecutorError) -> ExecutorError {
        if !error.ends_the_session() {
            *self.failure.borrow_mut() = error.shared();
            return error;
        }
        let reason = error.to_string();
        self.ended.borrow_mut().get_or_insert(error);
        ExecutorError::Ended { reason }
    }

    /// Returns a task's failure if that is what a stage's error says: a stage that only passes it
    /// up, in an error type of its own, has nothing to add.
    pub(crate) fn passed_up(&self, text: &str) -> Option<ExecutorError> {
        self.failure.borrow_mut().take_if(|error| error.to_string() == text)
    }

    pub(crate) fn run_step<T: Serialize + DeserializeOwned>(
        &self,
        stage: &Stage,
        mut step: StepCall<'_, T>,
    ) -> Result<T, ExecutorError> {
        self.proceed()?;
        if !step.grouped {
            self.flush()?;
        }
        let path = stage.enter(step.name, &mut step.arguments).map_err(|error| self.end(error))?;
        let result = self.step_at(stage, path, &step).map_err(|error| self.end(error))?;
        stage.leave();
        Ok(result)
    }

    fn step_at<T: Serialize + DeserializeOwned>(
        &self,
        stage: &Stage,
        path: TaskPath,
        step: &StepCall<'_, T>,
    ) -> Result<T, ExecutorError> {
        let inputs = self.inputs.borrow_mut().of(step.definition, &self.container);
        let arguments = ArgumentsPrint { hash: step.arguments.hash(), text: step.arguments.text() };
        let request = Request { path: path.as_str(), arguments: &arguments };
        match self.replay(request, step.definition, &inputs)? {
            Replayed::Result(sealed) => {
                return codec::open(&sealed)
                    .map_err(|source| ExecutorError::Result { path, source });
            }
            Replayed::Failure(source) => return Err(ExecutorError::Step { path, source }),
            Replayed::Nothing => {}
            Replayed::Diverged(differences) => self.diverge(path.clone(), differences)?,
        }
        self.execute(stage, path, step, arguments, &inputs)
    }

    /// Looks at what is recorded at the cursor, and moves on if it is what is asked for.
    fn replay(
        &self,
        request: Request<'_>,
        task: &'static TaskDefinition,
        now: &TaskInputs,
    ) -> Result<Replayed, StoreError> {
        let mut cursor = self.cursor.borrow_mut();
        let mut inputs = self.inputs.borrow_mut();
        let position = cursor.next;
        let Some(history) = cursor.history() else {
            return Ok(Replayed::Nothing);
        };
        // Taken, so that it can be read while the history is asked for a print.
        let sealed = std::mem::take(&mut history.head);
        let step = head(&sealed, position)?;
        if step.path != request.path {
            // A failure that a stage handled holds no position; the next step's record names it.
            for &serial in &step.failures {
                let failure = history.records.failure(serial)?;
                let Some(failure) = failure.filter(|f| f.path.as_str() == request.path) else {
                    continue;
                };
                let differences = inputs.differences(failure.print, task, &now.print, || {
                    history.print(failure.print)
                })?;
                let recorded = Recorded {
                    path: request.path,
                    arguments: failure.arguments.hash,
                    text: &failure.arguments.text,
                };
                let decision = decide(Some(recorded), request, || differences.to_vec());
                history.head = sealed;
                return Ok(match decision {
                    Decision::Diverged(differences) => Replayed::Diverged(differences),
                    Decision::Reuse | Decision::Execute => {
                        cursor.failures.push(serial);
                        Replayed::Failure(failure.error().into())
                    }
                });
            }
        }
        let differences = match step.path == request.path {
            true => {
                inputs.differences(step.print, task, &now.print, || history.print(step.print))?
            }
            false => Rc::default(),
        };
        let arguments = &step.arguments;
        let recorded =
            Recorded { path: step.path, arguments: arguments.hash, text: arguments.text };
        let decision = decide(Some(recorded), request, || differences.to_vec());
        history.head = sealed;
        Ok(match decision {
            Decision::Execute => Replayed::Nothing,
            Decision::Diverged(differences) => Replayed::Diverged(differences),
            Decision::Reuse => Replayed::Result(cursor.reuse()?),
        })
    }

    /// Follows the policy: goes on on a new branch, or returns the divergence.
    fn diverge(&self, path: TaskPath, differences: Vec<Difference>) -> Result<(), ExecutorError> {
        let (steps, took) = self.cursor.borrow().at_stake()?;
        let divergence = Divergence { path, differences, steps, took };
        let fork = match self.options.on_change {
            OnChange::Fork => true,
            OnChange::Refuse => false,
            OnChange::Auto => divergence.took <= self.options.rerun_below,
        };
        if !fork {
            return Err(ExecutorError::Diverged(Box::new(divergence)));
        }
        let branch = self.fork(divergence.steps)?;
        let differences: Vec<_> = divergence.differences.iter().map(ToString::to_string).collect();
        tracing::warn!(
            "`{}` changed ({}): {} finished steps ({}) run again on branch `{branch}`; \
             the old branch stays",
            divergence.path,
            differences.join("; "),
            divergence.steps,
            duration(divergence.took),
        );
        Ok(())
    }

    /// Leaves the recorded steps from the cursor on behind; returns the new branch's name.
    fn fork(&self, left: u64) -> Result<String, StoreError> {
        let mut cursor = self.cursor.borrow_mut();
        let (branch, record) = self.store.fork(&self.run, cursor.branch, cursor.next)?;
        tracing::debug!(left, branch = record.name, "forked");
        cursor.branch_off(branch, self.store.records()?.lineage(branch)?);
        Ok(record.name)
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
        artifact.export(self.store.artifacts(), &root.unwrap_or_else(|| to.to_owned()))
    }
}

/// What was found at the cursor.
enum Replayed {
    Result(Vec<u8>),
    Failure(SharedError),
    Nothing,
    Diverged(Vec<Difference>),
}
