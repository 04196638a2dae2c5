//! Executes a step: its body, and the commit of what it did.

use std::iter::once;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use thinking_injection::{BoxError, OpenScope, Outcome, Scope};
use thinking_runtime::logging::{Capture, CapturedLog};
use thinking_runtime::{Recorded, Recording, console};

use super::Session;
use super::group::Group;
use super::inputs::TaskInputs;
use crate::error::{ExecutorError, StoreError};
use crate::history::{ArgumentsPrint, FailureRecord, Print, StepRecord};
use crate::keys;
use crate::path::TaskPath;
use crate::stage::Stage;
use crate::state::StateRows;
use crate::step::{StepCall, StepContext};
use crate::storage::{Batch, Space};
use crate::store::seal;
use crate::tx::Tx;
use crate::view::duration;

/// How much of a step's log is kept with it.
const LOG_BYTES_MAX: usize = 64 << 10;

/// One execution of a step's body.
struct Attempt<T> {
    outcome: Result<T, BoxError>,
    done: Done,
}

/// What an execution leaves, whether it succeeded or not.
struct Done {
    tx: Tx,
    /// With the settings that were read.
    print: Print,
    started: Timestamp,
    took: Duration,
    log: CapturedLog,
}

impl Session {
    pub(super) fn execute<T: Serialize>(
        &self,
        stage: &Stage,
        path: TaskPath,
        step: &StepCall<'_, T>,
        arguments: ArgumentsPrint,
        inputs: &TaskInputs,
    ) -> Result<T, ExecutorError> {
        {
            let cursor = self.cursor.borrow();
            if cursor.executed == 0 && cursor.reused > 0 {
                tracing::info!("going on at `{path}`; steps done already: {}", cursor.reused);
            }
        }
        let span = tracing::info_span!("step", task = %path);
        let _entered = span.enter();
        let capture = Capture::of(&span, LOG_BYTES_MAX);
        let attempt = self.attempt(stage, path, step, inputs, capture)?;
        match attempt.outcome {
            Ok(value) => {
                let path = attempt.done.tx.path.clone();
                seal(format_args!("the result of `{path}`"), &value)
                    .and_then(|sealed| self.commit(attempt.done, arguments, sealed, step.grouped))
                    .map_err(|source| ExecutorError::Commit { path, source })?;
                Ok(value)
            }
            Err(source) => Err(self.failed(attempt.done, arguments, source)),
        }
    }

    fn attempt<T>(
        &self,
        stage: &Stage,
        path: TaskPath,
        step: &StepCall<'_, T>,
        inputs: &TaskInputs,
        capture: Capture,
    ) -> Result<Attempt<T>, StoreError> {
        let (lineage, position) = {
            let cursor = self.cursor.borrow();
            (cursor.lineage.clone(), cursor.next)
        };
        let rows = {
            let group = self.group.borrow();
            let group = group.as_ref();
            StateRows {
                snapshot: match group {
                    Some(group) => group.snapshot(),
                    None => self.store.snapshot()?.into(),
                },
                lineage,
                below: position,
                overlays: once(Rc::default()).chain(group.map(Group::overlay)).collect(),
            }
        };
        let mut tx = Tx {
            rows,
            artifacts: Vec::new(),
            path,
            directory: self.store.artifacts().to_owned(),
            signals: self.options.signals.clone(),
        };
        let (started, clock) = (Timestamp::now(), Instant::now());
        let recording = Recording::start(self.source);
        let scope = stage.container.open(Scope::Step);
        let mut context = StepContext { container: scope.container(), tx: &mut tx };
        let _writes = thinking_dbs::allow_writes();
        let run = || scope.run(|| (step.body)(&mut context));
        let outcome = catch_unwind(AssertUnwindSafe(run));
        let outcome = outcome.unwrap_or_else(|payload| Err(panic_error(&*payload)));
        // What lives in the stage may have been made for an earlier step, which recorded its reads.
        let mut recorded = scope.recorded(&(step.definition.requirements)());
        let outcome = closed(scope, outcome);
        recorded.extend(inputs.constructed.clone());
        recorded.extend(recording.finish());
        // A closure may have captured what its stage read before.
        if std::ptr::eq(step.definition, stage.definition) {
            recorded.extend(stage.recorded());
        }
        let Recorded { settings, helpers } = recorded;
        let print = Print { settings, helpers, ..inputs.print.clone() };
        let took = clock.elapsed();
        let done = Done { tx, print, started, took, log: capture.finish() };
        Ok(Attempt { outcome, done })
    }

    /// Commits what a step wrote with its record and its sealed result, and stands behind it.
    fn commit(
        &self,
        done: Done,
        arguments: ArgumentsPrint,
        result: Vec<u8>,
        grouped: bool,
    ) -> Result<(), StoreError> {
        let Done { tx, print, started, took, log } = done;
        let mut cursor = self.cursor.borrow_mut();
        let (branch, position) = (cursor.branch, cursor.next);
        let mut batch = Batch::new();
        let digest = self.inputs.borrow_mut().put(&mut batch, &print)?;
        let record = StepRecord {
            path: tx.path,
            arguments,
            print: digest,
            failures: cursor.failures.clone(),
            session: self.serial,
            started,
            took,
            artifacts: tx.artifacts,
        };
        let place = keys::place(branch, position);
        batch.put(
            Space::Steps,
            place.clone(),
            seal(format_args!("the record of `{}`", record.path), &record)?,
        );
        batch.put(Space::Results, place, result);
        if !log.is_empty() {
            batch.put(Space::Logs, keys::step_log(branch, position), seal("a log", &log)?);
        }
        let written = tx.rows.overlays.first();
        if let Some(written) = written {
            written.put(&mut batch, branch, position)?;
        }
        match grouped {
            false => self.store.commit(batch)?,
            true => {
                let mut group = self.group.borrow_mut();
                let group = group.get_or_insert_with(|| Group::new(tx.rows.snapshot.clone()));
                group.add(batch, written.map(|written| &**written));
            }
        }
        self.inputs.borrow_mut().stored(print, digest);
        cursor.executed();
        // The bar says it on a terminal.
        match console::draws_bars() {
            true => tracing::debug!("done in {}", duration(took)),
            false => tracing::info!("done in {}", duration(took)),
        }
        Ok(())
    }

    /// Records a failed attempt; that it could not be recorded does not hide why it failed.
    fn failed(&self, done: Done, arguments: ArgumentsPrint, source: BoxError) -> ExecutorError {
        let Done { tx: Tx { path, .. }, print, started, took, log } = done;
        if let Err(error) = self.flush() {
            return error;
        }
        let causes = causes(&*source);
        if let Some(signal) = self.interrupted() {
            tracing::warn!("`{path}` ended with: {}", causes.join(": "));
            return ExecutorError::Interrupted { signal };
        }
        let mut batch = Batch::new();
        let recorded = self.inputs.borrow_mut().put(&mut batch, &print).and_then(|digest| {
            let (branch, position) = {
                let cursor = self.cursor.borrow();
                (cursor.branch, cursor.next)
            };
            let failure = FailureRecord {
                run: self.run.clone(),
                branch,
                position,
                path: path.clone(),
                arguments,
                print: digest,
                session: self.serial,
                started,
                took,
                causes,
            };
            let serial = self.store.record_failure(batch, &failure, &log)?;
            Ok((digest, serial))
        });
        match recorded {
            Ok((digest, serial)) => {
                self.inputs.borrow_mut().stored(print, digest);
                self.cursor.borrow_mut().failures.push(serial);
            }
            Err(error) => tracing::warn!(
                "the failed attempt is not recorded: {}",
                self::causes(&error).join(": ")
            ),
        }
        ExecutorError::Step { path, source: source.into() }
    }
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

pub(crate) fn causes(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect()
}
