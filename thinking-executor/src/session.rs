//! One process working on a run: replays what is recorded, executes the rest.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_injection::{BoxError, Container, Lineage as Components, OpenScope, Outcome, Scope};
use thinking_runtime::{Recording, console, helpers};

use crate::artifact::Artifact;
use crate::codec;
use crate::divergence::{Difference, Divergence};
use crate::error::{ExecutorError, StoreError};
use crate::execute::Options;
use crate::facet::OnChange;
use crate::history::{ArgumentsPrint, FailureRecord, Fingerprint, StepRecord};
use crate::path::TaskPath;
use crate::replay::{Decision, Present, Request, decide};
use crate::stage::Stage;
use crate::state::{Key, Table, TableView};
use crate::step::{Step, StepContext};
use crate::store::{self, Lineage, Records, Store};
use crate::task::TaskDefinition;
use crate::tx::Tx;
use crate::view::duration;

pub(crate) struct Session {
    pub(crate) container: Container,
    store: Store,
    options: Options,
    run: String,
    serial: u64,
    /// Which loaded configuration the reads are recorded of; 0 without one.
    source: u64,
    /// The present value of every setting.
    settings: BTreeMap<String, String>,
    cursor: RefCell<Cursor>,
    /// Why no more tasks are run.
    ended: RefCell<Option<ExecutorError>>,
    /// The last failure of a task.
    failure: RefCell<Option<ExecutorError>>,
    prints: RefCell<HashMap<*const TaskDefinition, Rc<Print>>>,
}

/// Where the session stands in its run's history.
struct Cursor {
    branch: u32,
    lineage: Rc<Lineage>,
    /// The position of the next step.
    next: u64,
    /// How many positions are recorded; those below are replayed.
    recorded: u64,
    /// Open while there is something to replay: an open reader keeps the store from reusing
    /// space.
    records: Option<Records>,
    /// The serial numbers of the failures that were met since the last finished step.
    failures: Vec<u64>,
    reused: u64,
    executed: u64,
}

/// The parts of a fingerprint that are the same for every call of a task.
struct Print {
    code: String,
    components: Components,
}

impl Session {
    pub(crate) fn open(
        container: Container,
        store: Store,
        options: Options,
        run: &TaskPath,
        serial: u64,
    ) -> Result<Session, StoreError> {
        let records = store.records()?;
        let branch = records.head(run.as_str())?.unwrap_or_default();
        let lineage = Rc::new(records.lineage(branch)?);
        let recorded = records.length(&lineage)?;
        let records = (recorded > 0).then_some(records);
        let facets = container.runtime().map(|runtime| runtime.facets());
        Ok(Session {
            source: facets.map_or(0, |facets| facets.source()),
            settings: facets.map(|facets| facets.current()).unwrap_or_default(),
            store,
            options,
            run: run.as_str().to_owned(),
            serial,
            cursor: RefCell::new(Cursor {
                branch,
                lineage,
                next: 0,
                recorded,
                records,
                failures: Vec::new(),
                reused: 0,
                executed: 0,
            }),
            ended: RefCell::default(),
            failure: RefCell::default(),
            prints: RefCell::default(),
            container,
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
        let print = self.print(step.definition);
        let arguments = ArgumentsPrint { hash: step.arguments.hash(), text: step.arguments.text() };
        let request = Request {
            path: path.as_str(),
            code: &print.code,
            version: step.definition.version,
            arguments: &arguments,
            components: &print.components.components,
        };
        match self.replay(&request)? {
            Replayed::Result(sealed) => {
                return codec::open(&sealed)
                    .map_err(|source| ExecutorError::Result { path, source });
            }
            Replayed::Failure(source) => {
                return Err(ExecutorError::Step { path, source: source.into() });
            }
            Replayed::Nothing => {}
            Replayed::Diverged(differences) => self.diverge(path.clone(), differences)?,
        }
        let fingerprint = Fingerprint {
            code: print.code.clone(),
            version: step.definition.version,
            arguments,
            components: print.components.components.clone(),
            settings: print.components.reads.clone(),
            helpers: print.components.helpers.clone(),
        };
        self.execute(stage, path, step, fingerprint)
    }

    fn present(&self) -> Present<'_> {
        Present { settings: &self.settings, helpers: helpers() }
    }

    /// Looks at what is recorded at the cursor, and moves on if it is what is asked for.
    fn replay(&self, request: &Request<'_>) -> Result<Replayed, StoreError> {
        let mut cursor = self.cursor.borrow_mut();
        let Some(records) = &cursor.records else {
            return Ok(Replayed::Nothing);
        };
        let position = cursor.next;
        let missing = || StoreError::Missing { what: format!("the step at position {position}") };
        let record = records.step(&cursor.lineage, position)?.ok_or_else(missing)?;
        if record.path.as_str() != request.path {
            // A failure that a stage handled holds no position; the next step's record names it.
            for serial in record.failures {
                let failure = records.failure(serial)?;
                let Some(failure) = failure.filter(|f| f.path.as_str() == request.path) else {
                    continue;
                };
                let recorded = Some((request.path, &failure.fingerprint));
                return Ok(match decide(recorded, request, self.present()) {
                    Decision::Diverged(differences) => Replayed::Diverged(differences),
                    Decision::Reuse | Decision::Execute => {
                        cursor.failures.push(serial);
                        Replayed::Failure(failure.error())
                    }
                });
            }
        }
        let recorded = Some((record.path.as_str(), &record.fingerprint));
        match decide(recorded, request, self.present()) {
            Decision::Execute => Ok(Replayed::Nothing),
            Decision::Diverged(differences) => Ok(Replayed::Diverged(differences)),
            Decision::Reuse => {
                let sealed = records.result(&cursor.lineage, position)?.ok_or_else(missing)?;
                cursor.next += 1;
                cursor.reused += 1;
                cursor.failures.clear();
                if cursor.next == cursor.recorded {
                    cursor.records = None;
                }
                Ok(Replayed::Result(sealed))
            }
        }
    }

    /// Follows the policy: goes on on a new branch, or returns the divergence.
    fn diverge(&self, path: TaskPath, differences: Vec<Difference>) -> Result<(), ExecutorError> {
        let mut divergence = Divergence { path, differences, steps: 0, took: Duration::ZERO };
        {
            let cursor = self.cursor.borrow();
            if let Some(records) = &cursor.records {
                for position in cursor.next..cursor.recorded {
                    let record = records.step(&cursor.lineage, position)?;
                    divergence.took += record.map(|record| record.took).unwrap_or_default();
                }
            }
            divergence.steps = cursor.recorded - cursor.next;
        }
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
        cursor.records = None;
        cursor.recorded = cursor.next;
        cursor.branch = branch;
        cursor.lineage = Rc::new(self.store.records()?.lineage(branch)?);
        Ok(record.name)
    }

    fn execute<T: Serialize>(
        &self,
        stage: &Stage,
        path: TaskPath,
        step: &Step<T>,
        mut fingerprint: Fingerprint,
    ) -> Result<T, ExecutorError> {
        let (branch, position, lineage) = {
            let cursor = self.cursor.borrow();
            if cursor.executed == 0 && cursor.reused > 0 {
                tracing::info!("going on at `{path}`; steps done already: {}", cursor.reused);
            }
            (cursor.branch, cursor.next, cursor.lineage.clone())
        };
        let span = tracing::info_span!("step", task = %path);
        let _entered = span.enter();
        let mut tx = Tx {
            transaction: self.store.begin()?,
            artifacts: Vec::new(),
            path: path.clone(),
            lineage,
            branch,
            position,
            directory: self.store.artifacts().to_owned(),
            signals: self.options.signals.clone(),
        };
        let (started, clock) = (Timestamp::now(), Instant::now());
        let recording = Recording::start(self.source);
        let scope = stage.container.open(Scope::Step);
        let mut context = StepContext { container: scope.container(), tx: &mut tx };
        let run = || scope.run(|| (step.body)(&mut context));
        let outcome = catch_unwind(AssertUnwindSafe(run));
        let outcome = outcome.unwrap_or_else(|payload| Err(panic_error(&*payload)));
        // What lives in the stage may have been made for an earlier step, which recorded its reads.
        let mut recorded = scope.recorded(&(step.definition.requirements)());
        let outcome = closed(scope, outcome);
        recorded.extend(recording.finish());
        fingerprint.settings.extend(recorded.settings);
        fingerprint.helpers.extend(recorded.helpers);
        let took = clock.elapsed();
        let value = match outcome {
            Ok(value) => value,
            Err(source) => {
                // What fails here fails again in the next transaction, and says less than `source`.
                if let Err(error) = tx.transaction.abort() {
                    tracing::warn!("the step's transaction cannot be undone: {error}");
                }
                let failure = FailureRecord {
                    run: self.run.clone(),
                    branch,
                    position,
                    path,
                    fingerprint,
                    session: self.serial,
                    started,
                    took,
                    causes: causes(&*source),
                };
                return Err(self.failed(failure, source));
            }
        };
        let record = StepRecord {
            path: path.clone(),
            fingerprint,
            session: self.serial,
            started,
            took,
            artifacts: tx.artifacts,
            failures: self.cursor.borrow().failures.clone(),
        };
        store::insert_step(&tx.transaction, branch, position, &record, &value)?;
        tx.transaction.commit().map_err(StoreError::from)?;
        // The bar says it on a terminal.
        match console::draws_bars() {
            true => tracing::debug!("done in {}", duration(took)),
            false => tracing::info!("done in {}", duration(took)),
        }
        let mut cursor = self.cursor.borrow_mut();
        cursor.next += 1;
        cursor.recorded = cursor.next;
        cursor.executed += 1;
        cursor.failures.clear();
        Ok(value)
    }

    /// Records a failed attempt; that it could not be recorded does not hide why it failed.
    fn failed(&self, failure: FailureRecord, source: BoxError) -> ExecutorError {
        if let Some(signal) = self.interrupted() {
            tracing::warn!("`{}` ended with: {}", failure.path, failure.causes.join(": "));
            return ExecutorError::Interrupted { signal };
        }
        match self.store.record_failure(&failure) {
            Ok(serial) => self.cursor.borrow_mut().failures.push(serial),
            Err(error) => tracing::warn!("the failed attempt is not recorded: {error}"),
        }
        ExecutorError::Step { path: failure.path, source: source.into() }
    }

    fn print(&self, definition: &'static TaskDefinition) -> Rc<Print> {
        let mut prints = self.prints.borrow_mut();
        let print = prints.entry(std::ptr::from_ref(definition)).or_insert_with(|| {
            Rc::new(Print {
                code: codec::short_hash::<16>(definition.code.as_bytes()),
                components: self.container.lineage(&(definition.requirements)()),
            })
        });
        print.clone()
    }

    pub(crate) fn view<K: Key, V: DeserializeOwned>(
        &self,
        table: Table<K, V>,
    ) -> Result<TableView<'static, K, V>, StoreError> {
        let cursor = self.cursor.borrow();
        let state = self.store.records()?.state()?;
        Ok(TableView::new(state, table, cursor.lineage.clone(), cursor.next))
    }

    pub(crate) fn export(&self, artifact: &Artifact, to: &Path) -> Result<PathBuf, StoreError> {
        let root = self.container.runtime().map(|runtime| runtime.root().path.join(to));
        artifact.export(self.store.artifacts(), &root.unwrap_or_else(|| to.to_owned()))
    }
}

/// What was found at the cursor.
enum Replayed {
    Result(Vec<u8>),
    Failure(BoxError),
    Nothing,
    Diverged(Vec<Difference>),
}

/// Stops what lives in a scope. An error there is the task's, unless it has one already: what the
/// task did with the component may not be done.
pub(crate) fn closed<T>(scope: OpenScope, result: Result<T, BoxError>) -> Result<T, BoxError> {
    let outcome = match &result {
        Ok(_) => Outcome::Success,
        Err(error) => Outcome::Failure(error.to_string()),
    };
    match (result, scope.close(&outcome).into_iter().next()) {
        (Ok(_), Some(error)) => Err(error),
        (result, _) => result,
    }
}

pub(crate) fn panic_error(payload: &(dyn std::any::Any + Send)) -> BoxError {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_default()).into()
}

fn causes(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect()
}
