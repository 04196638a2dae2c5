//! One process working on a run: replays what is recorded, executes the rest.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_injection::Container;

use crate::artifact::Artifact;
use crate::codec;
use crate::error::{ExecutorError, StoreError};
use crate::execute::Options;
use crate::history::ArgumentsPrint;
use crate::path::TaskPath;
use crate::replay::{Request, ends_here};
use crate::stage::Stage;
use crate::state::{Key, StateRows, Table, TableView};
use crate::step::Step;
use crate::store::{Active, Lineage, Store, candidates};

mod cursor;
mod execution;
mod inputs;
mod planning;
mod replaying;

use cursor::Cursor;
pub(crate) use execution::{causes, closed, panic_error};
use inputs::Inputs;
use planning::Planning;
use replaying::Replayed;

pub(crate) struct Session {
    pub(crate) container: Container,
    store: Store,
    options: Options,
    run: String,
    serial: u64,
    /// Which loaded configuration the reads are recorded of; 0 without one.
    source: u64,
    cursor: RefCell<Cursor>,
    inputs: RefCell<Inputs>,
    /// Why no more tasks are run.
    ended: RefCell<Option<ExecutorError>>,
    /// The last failure of a task.
    failure: RefCell<Option<ExecutorError>>,
    /// What a dry run finds. Nothing is executed or written then.
    plan: Option<RefCell<Planning>>,
    /// Those of `Options::keep` that a changed step had.
    kept: RefCell<HashSet<String>>,
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
            Some(branch) => Cursor::new(&records, branch)?,
            None => Cursor::at_nothing(0, Lineage { segments: Vec::new() }),
        };
        replaying::check_kept(&options.keep, &records)?;
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
            ended: RefCell::default(),
            failure: RefCell::default(),
            container,
            plan: is_plan.then(RefCell::default),
            kept: RefCell::default(),
            _active: active,
        })
    }

    /// Ends the session with the result of its first stage.
    pub(crate) fn close<T>(&self, result: Result<T, ExecutorError>) -> Result<T, ExecutorError> {
        if let Some(error) = self.ended.borrow_mut().take() {
            return Err(error);
        }
        let value = result?;
        let (next, recorded) = {
            let cursor = self.cursor.borrow();
            (cursor.next, cursor.recorded)
        };
        if next < recorded {
            self.leave_behind(recorded - next)?;
        }
        for path in self.options.keep.iter().filter(|path| !self.kept.borrow().contains(*path)) {
            tracing::warn!("nothing was to be kept for `{path}`: no changed step has this path");
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
        mut step: Step<T>,
    ) -> Result<T, ExecutorError> {
        self.proceed()?;
        let name = step.definition.name;
        let path = stage.enter(name, &mut step.arguments).map_err(|error| self.end(error))?;
        let result = self.step_at(stage, path, &step).map_err(|error| self.end(error))?;
        stage.leave();
        Ok(result)
    }

    fn step_at<T: Serialize + DeserializeOwned>(
        &self,
        stage: &Stage,
        path: TaskPath,
        step: &Step<T>,
    ) -> Result<T, ExecutorError> {
        let inputs = self.inputs.borrow_mut().of(step.definition, &self.container);
        let arguments = ArgumentsPrint { hash: step.arguments.hash(), text: step.arguments.text() };
        let request = Request {
            path: path.as_str(),
            stages: &stage.aliases,
            aliases: step.definition.aliases,
            arguments: &arguments,
        };
        match self.replay(request, step.definition, &inputs)? {
            Replayed::Result(sealed) => {
                codec::open(&sealed).map_err(|source| ExecutorError::Result { path, source })
            }
            Replayed::Failure(source) => Err(ExecutorError::Step { path, source }),
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
                overlay: None,
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
