//! Executes a step: its body, and the commit of what it did.

use std::cell::Cell;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::iter::once;
use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use thinking_injection::{OpenScope, Outcome, Scope};
use thinking_runtime::logging::{Capture, CapturedLog};
use thinking_runtime::{Recorded, Recording, console};

use super::Session;
use super::group::Group;
use super::inputs::TaskInputs;
use crate::checkpoint::Checkpoints;
use crate::digest::Digest;
use crate::error::{ExecutorError, StoreError, signal_name};
use crate::failure::Failure;
use crate::flow::Reason;
use crate::history::{ArgumentsPrint, FailureRecord, Print, StepRecord};
use crate::keys;
use crate::panicked::caught;
use crate::path::TaskPath;
use crate::policy::Policy;
use crate::stage::Stage;
use crate::state::StateRows;
use crate::step::{StepCall, StepContext};
use crate::storage::{Batch, Space};
use crate::store::seal;
use crate::time_limit::TimeLimit;
use crate::tx::Tx;
use crate::view::duration;

/// How much of a step's log is kept with it.
const LOG_BYTES_MAX: usize = 64 << 10;

/// One execution of a step's body.
struct Attempt<T> {
    outcome: Result<T, Failure>,
    done: Done,
}

/// Which execution of which step it is.
struct Place {
    path: TaskPath,
    /// Counted from 1.
    attempt: u32,
    arguments: Digest,
}

/// What an execution leaves, whether it succeeded or not.
struct Done {
    tx: Tx,
    /// With the settings that were read.
    print: Print,
    started: Timestamp,
    took: Duration,
}

/// An attempt that failed.
struct Failed<'a> {
    /// Counted from 1.
    attempt: u32,
    arguments: &'a ArgumentsPrint,
    done: Done,
    log: CapturedLog,
    causes: &'a [String],
    backtrace: Option<String>,
}

impl Session {
    /// Executes a step, as often as its policy says.
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
        let mut attempts = 1..=step.policy.attempts();
        loop {
            let attempt = attempts.next().unwrap_or(u32::MAX);
            let place = Place { path: path.clone(), attempt, arguments: arguments.hash };
            let capture = Capture::of(&span, LOG_BYTES_MAX);
            let Attempt { outcome, done } = self.attempt(stage, place, step, inputs)?;
            let failure = match outcome {
                Ok(value) => {
                    let log = capture.finish();
                    seal(format_args!("the result of `{path}`"), &value)
                        .and_then(|sealed| self.commit(done, log, arguments, sealed, step.grouped))
                        .map(|print| self.depends_on(step.definition, print))
                        .map_err(|source| ExecutorError::Commit { path, source })?;
                    return Ok(value);
                }
                Err(failure) => failure,
            };
            let Failure { error, backtrace } = failure;
            let causes = causes(&*error);
            if let Some(signal) = self.interrupted() {
                tracing::warn!("`{path}` ended with: {}", causes.join(": "));
                return Err(ExecutorError::Interrupted { signal });
            }
            if let Some(reason) = Reason::within(&*error) {
                return Err(ExecutorError::ToBeContinued { path, source: reason.clone() });
            }
            // What was executed before is recorded before.
            self.flush()?;
            // What follows is said in the log of the attempt, too.
            let pause = self.pause(step.policy, attempt, &*error, &causes);
            let (arguments, log) = (&arguments, capture.finish());
            let failed = Failed { attempt, arguments, done, log, causes: &causes, backtrace };
            let print = self.failed(step.policy, failed);
            match pause {
                Some(pause) => self.options.clock.wait(pause, self.options.signals.bell()),
                None => {
                    self.depends_on_failure(step.definition, print);
                    let (attempts, source) = (attempt, error.into());
                    return Err(ExecutorError::Step { path, attempts, source });
                }
            }
            self.proceed()?;
        }
    }

    /// Decides, and says in the log, what follows a failed attempt: another one after a pause, or
    /// nothing.
    fn pause(
        &self,
        policy: Policy,
        attempt: u32,
        error: &(dyn Error + 'static),
        causes: &[String],
    ) -> Option<Duration> {
        let of = policy.attempts();
        if of == 1 {
            return None;
        }
        let failed = format!("attempt {attempt} of {of} failed: {}", causes.join(": "));
        if attempt == of {
            tracing::warn!("{failed}; it was the last");
            return None;
        }
        if policy.retry_if.is_some_and(|retry_if| !retry_if(error)) {
            tracing::warn!("{failed}; `retry_if` says that another would not help");
            return None;
        }
        // Any number will do that differs between processes.
        let chance = RandomState::new().hash_one(attempt) as f64 / u64::MAX as f64;
        let pause = policy.pause(attempt, chance);
        tracing::warn!("{failed}; again in {}", duration(pause));
        Some(pause)
    }

    fn attempt<T>(
        &self,
        stage: &Stage,
        Place { path, attempt, arguments }: Place,
        step: &StepCall<'_, T>,
        inputs: &TaskInputs,
    ) -> Result<Attempt<T>, StoreError> {
        let (lineage, branch, position) = {
            let cursor = self.cursor.borrow();
            (cursor.lineage.clone(), cursor.branch, cursor.next)
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
        let clock = &self.options.clock;
        let (started, begin) = (Timestamp::now(), clock.now());
        let limit = step.policy.timeout.map(|limit| TimeLimit::start(clock, limit));
        let recording = Rc::new(Recording::start(self.source));
        let mut tx = Tx {
            rows,
            artifacts: Vec::new(),
            path,
            directory: self.store.artifacts().to_owned(),
            signals: self.options.signals.clone(),
            limit: limit.clone(),
            attempt,
            checkpoints: Checkpoints {
                session: stage.session.clone(),
                place: keys::place(branch, position),
                arguments,
                print: inputs.print.clone(),
                recording: recording.clone(),
                saved: Cell::new(false),
            },
        };
        let scope = stage.container.open(Scope::Step);
        let mut context = StepContext { container: scope.container(), tx: &mut tx };
        let _writes = thinking_dbs::allow_writes();
        let watch = limit.as_ref().map(TimeLimit::watch);
        let outcome = caught(|| scope.run(|| (step.body)(&mut context)));
        drop(watch);
        // Too late is too late, also for an error: it may come from being asked to stop.
        let outcome = match limit.map_or(Ok(()), |limit| limit.exceeded()) {
            Ok(()) => outcome,
            Err(late) => {
                if let Err(Failure { error, .. }) = &outcome {
                    tracing::warn!("it ended with: {}", causes(&**error).join(": "));
                }
                Err(late.into())
            }
        };
        // What lives in the stage may have been made for an earlier step, which recorded its reads.
        let mut recorded = scope.recorded(&(step.definition.requirements)());
        let outcome = self.closed(scope, outcome);
        recorded.extend(inputs.constructed.clone());
        recorded.extend(recording.so_far());
        // A closure may have captured what its stage read before.
        if std::ptr::eq(step.definition, stage.definition) {
            recorded.extend(stage.recorded());
        }
        let Recorded { settings, helpers } = recorded;
        let print = Print { settings, helpers, ..inputs.print.clone() };
        let took = clock.now().saturating_sub(begin);
        let done = Done { tx, print, started, took };
        Ok(Attempt { outcome, done })
    }

    /// Stops what lives in a scope. An error there is the task's, unless it has one already: what the
    /// task did with the component may not be done.
    pub(crate) fn closed<T>(
        &self,
        scope: OpenScope,
        result: Result<T, Failure>,
    ) -> Result<T, Failure> {
        let outcome = match &result {
            Ok(_) => Outcome::Success,
            Err(Failure { error, .. }) => self.outcome_of(&**error),
        };
        match (result, scope.close(&outcome).into_iter().next()) {
            (Ok(_), Some(error)) => Err(error.into()),
            (result, _) => result,
        }
    }

    /// Returns what components hear of a task that ended with an error, which is no failure if the
    /// session ends in order.
    fn outcome_of(&self, error: &(dyn Error + 'static)) -> Outcome {
        let ended = self.ended.borrow();
        let ended = ended.as_ref().and_then(|(ended, _)| ended.ended_in_order());
        let signal = || Some(Outcome::Interrupted(signal_name(self.interrupted()?)));
        let flow = || Some(Outcome::ToBeContinued(Reason::within(error)?.to_string()));
        let in_order = ended.or_else(signal).or_else(flow);
        in_order.unwrap_or_else(|| Outcome::Failure(error.to_string()))
    }

    /// Commits what a step wrote with its record and its sealed result, and stands behind it.
    /// Returns what it depended on.
    fn commit(
        &self,
        done: Done,
        log: CapturedLog,
        arguments: ArgumentsPrint,
        result: Vec<u8>,
        grouped: bool,
    ) -> Result<Digest, StoreError> {
        let Done { tx, print, started, took } = done;
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
        tx.checkpoints.forget(&mut batch);
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
        Ok(digest)
    }

    /// Records a failed attempt, and returns what it depended on; that it could not be recorded
    /// does not hide why it failed.
    fn failed(&self, policy: Policy, failed: Failed<'_>) -> Option<Digest> {
        let Failed { attempt, arguments, done, log, causes, backtrace } = failed;
        let Done { tx: Tx { path, .. }, print, started, took } = done;
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
                path,
                arguments: arguments.clone(),
                print: digest,
                attempt,
                of: policy.attempts(),
                session: self.serial,
                started,
                took,
                causes: causes.to_vec(),
                backtrace,
            };
            let serial = self.store.record_failure(batch, &failure, &log)?;
            Ok((digest, serial))
        });
        match recorded {
            Ok((digest, serial)) => {
                self.inputs.borrow_mut().stored(print, digest);
                self.cursor.borrow_mut().failures.push(serial);
                Some(digest)
            }
            Err(error) => {
                let causes = self::causes(&error).join(": ");
                tracing::warn!("the failed attempt is not recorded: {causes}");
                None
            }
        }
    }
}

pub(crate) fn causes(error: &(dyn Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |error| (**error).source())
        .map(ToString::to_string)
        .collect()
}
