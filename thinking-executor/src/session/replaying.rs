//! What is recorded where a stage asks for a step, on this branch or on another one, and what is
//! done where it differs.

use jiff::Timestamp;

use super::Session;
use super::cursor::{Cursor, Tail};
use super::inputs::TaskInputs;
use crate::digest::Digest;
use crate::divergence::{Difference, Divergence};
use crate::error::{ExecutorError, StoreError};
use crate::execute::host;
use crate::facet::OnChange;
use crate::history::{Acceptance, FailureRecord};
use crate::keys;
use crate::path::TaskPath;
use crate::replay::{
    Candidate, Decision, Recorded, Request, Way, decide, elsewhere, is_same_step, way,
    with_acceptances,
};
use crate::storage::{Batch, Space};
use crate::store::{Lineage, Records, candidates, seal};
use crate::task::TaskDefinition;
use crate::view::duration;

/// What a step gives without being executed.
pub(super) enum Replayed {
    Result(Vec<u8>),
    Failure(Box<FailureRecord>),
    /// It has to be executed.
    Nothing,
}

/// What is recorded at a place.
pub(super) enum Found {
    /// A result, with the print by which it fits.
    Result(Digest),
    /// A failure that a stage handled: the serial numbers of the attempts, and the last one.
    Failure(Vec<u64>, Box<FailureRecord>),
    Nothing,
    Diverged {
        differences: Vec<Difference>,
        /// Whether a result of the step is recorded here, though with other inputs.
        has_result: bool,
    },
}

/// A step that a stage asks for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) request: Request<'a>,
    pub(super) task: &'static TaskDefinition,
    pub(super) now: &'a TaskInputs,
}

impl Session {
    /// Returns what a step gives without being executed, and moves on behind it.
    pub(super) fn replay(
        &self,
        request: Request<'_>,
        task: &'static TaskDefinition,
        now: &TaskInputs,
    ) -> Result<Replayed, ExecutorError> {
        let asked = Asked { request, task, now };
        let mut found = self.find(asked)?;
        if self.may_be_elsewhere(&found)
            && let Some(candidate) = self.elsewhere(asked)?
        {
            self.go_on(request.path, candidate)?;
            found = self.find(asked)?;
        }
        if let Some(plan) = &self.plan {
            return self.plan_step(&mut plan.borrow_mut(), asked, found);
        }
        match found {
            Found::Result(print) => {
                self.depends_on(task, print);
                self.keeping.borrow_mut().unchanged(request.path);
                Ok(Replayed::Result(self.cursor.borrow_mut().reuse()?))
            }
            Found::Failure(serials, failure) => {
                self.depends_on_failure(task, Some(failure.print));
                self.cursor.borrow_mut().failures.extend(serials);
                Ok(Replayed::Failure(failure))
            }
            Found::Nothing => Ok(Replayed::Nothing),
            Found::Diverged { differences, has_result } => {
                self.diverge(asked, differences, has_result)
            }
        }
    }

    /// Looks at what is recorded at the cursor.
    pub(super) fn find(&self, asked: Asked<'_>) -> Result<Found, StoreError> {
        let mut cursor = self.cursor.borrow_mut();
        let position = cursor.next;
        let Some(history) = cursor.history() else {
            return self.at_the_end(&cursor, asked);
        };
        let records = history.records.clone();
        // Taken, so that the cursor is free meanwhile.
        let sealed = std::mem::take(&mut history.head);
        let found = self.judge(&records, &cursor.lineage, position, &sealed, asked);
        if let Some(history) = cursor.history() {
            history.head = sealed;
        }
        found
    }

    /// Compares what is asked for with the sealed record of the step at a position.
    fn judge(
        &self,
        records: &Records,
        line: &Lineage,
        position: u64,
        sealed: &[u8],
        asked: Asked<'_>,
    ) -> Result<Found, StoreError> {
        let step = records.step_head(line, position, sealed)?;
        let (arguments, text) = (step.arguments.hash, step.arguments.text);
        let recorded = Recorded { path: step.path, arguments, text };
        let differences = match self.decide(records, recorded, step.print, asked)? {
            Decision::Diverged(differences) => differences,
            Decision::Reuse | Decision::Execute => return Ok(Found::Result(step.print)),
        };
        if !is_same_step(&differences) {
            let handled = self.handled_failure(records, &step.failures, asked)?;
            return Ok(handled.unwrap_or(Found::Diverged { differences, has_result: false }));
        }
        let owner = line.owner(position).unwrap_or_default();
        let (mut accepted, mut fitting) = (Vec::new(), step.print);
        for Acceptance { arguments, print, .. } in records.acceptances(owner, position)? {
            let (arguments, text) = (arguments.hash, &*arguments.text);
            let recorded = Recorded { path: step.path, arguments, text };
            let decision = self.decide(records, recorded, print, asked)?;
            if decision == Decision::Reuse {
                fitting = print;
            }
            accepted.push(decision);
        }
        Ok(match with_acceptances(Decision::Diverged(differences), accepted) {
            Decision::Diverged(differences) => Found::Diverged { differences, has_result: true },
            Decision::Reuse | Decision::Execute => Found::Result(fitting),
        })
    }

    /// Looks for the step among the failures that stages handled before the step at a position.
    /// They hold no positions; the step's record names them.
    fn handled_failure(
        &self,
        records: &Records,
        failures: &[u64],
        asked: Asked<'_>,
    ) -> Result<Option<Found>, StoreError> {
        let (mut serials, mut last) = (Vec::new(), None);
        for &serial in failures {
            let failure = records.failure(serial)?;
            let is_it = |failure: &FailureRecord| asked.request.is_at(failure.path.as_str());
            if let Some(failure) = failure.filter(is_it) {
                serials.push(serial);
                last = Some(failure);
            }
        }
        let Some(failure) = last else {
            return Ok(None);
        };
        let decision = self.decide(records, failure.recorded(), failure.print, asked)?;
        let differences = match decision {
            Decision::Diverged(differences) => differences,
            _ if self.options.retry_failed => vec![Difference::Failed],
            _ => return Ok(Some(Found::Failure(serials, Box::new(failure)))),
        };
        Ok(Some(Found::Diverged { differences, has_result: false }))
    }

    /// Looks for the step among the failures that stages handled behind the last step. If it
    /// changed it is tried again: nothing that is recorded followed it.
    fn at_the_end(&self, cursor: &Cursor, asked: Asked<'_>) -> Result<Found, StoreError> {
        let is_it = |tail: &&Tail| asked.request.is_at(tail.failure.path.as_str());
        let attempts: Vec<_> = cursor.tail().iter().filter(is_it).collect();
        let Some(Tail { failure, .. }) = attempts.last() else {
            return Ok(Found::Nothing);
        };
        let records = self.store.records()?;
        let decision = self.decide(&records, failure.recorded(), failure.print, asked)?;
        match self.options.retry_failed || decision != Decision::Reuse {
            true => Ok(Found::Nothing),
            false => {
                let serials = attempts.iter().map(|tail| tail.serial).collect();
                Ok(Found::Failure(serials, Box::new(failure.clone())))
            }
        }
    }

    fn decide(
        &self,
        records: &Records,
        recorded: Recorded<'_>,
        print: Digest,
        Asked { request, task, now }: Asked<'_>,
    ) -> Result<Decision, StoreError> {
        let prints = match request.is_at(recorded.path) {
            true => self.inputs.borrow_mut().differences(print, task, &now.print, records)?,
            false => [].into(),
        };
        Ok(decide(Some(recorded), request, || prints.to_vec()))
    }

    /// Tells whether another branch may have recorded what is asked for. Where a person went back
    /// nothing is sought: what was done there before is to be done again.
    fn may_be_elsewhere(&self, found: &Found) -> bool {
        match found {
            Found::Diverged { differences, .. } => !differences.contains(&Difference::Failed),
            Found::Nothing => self.cursor.borrow().is_fresh,
            Found::Result(_) | Found::Failure(..) => false,
        }
    }

    /// Looks for a branch that is the same up to here and has recorded what is asked for.
    fn elsewhere(&self, asked: Asked<'_>) -> Result<Option<Candidate>, StoreError> {
        let (lineage, position, failures) = {
            let cursor = self.cursor.borrow();
            (cursor.lineage.clone(), cursor.next, cursor.failures.clone())
        };
        let records = self.store.records()?;
        let candidates = candidates(&records, &self.run)?;
        elsewhere(candidates, &lineage, position, |candidate| {
            let line = &candidate.lineage;
            let sealed = records.sealed_step(line.owner(position).unwrap_or_default(), position)?;
            // The failures since the step before are a part of what came before this one.
            let recorded = records.step_head(line, position, &sealed)?.failures;
            if !failures.iter().all(|failure| recorded.contains(failure)) {
                return Ok(false);
            }
            let found = self.judge(&records, line, position, &sealed, asked)?;
            Ok(matches!(found, Found::Result(_) | Found::Failure(..)))
        })
    }

    fn go_on(&self, path: &str, candidate: Candidate) -> Result<(), StoreError> {
        match &self.plan {
            Some(plan) => plan.borrow_mut().goes_on(path, &candidate.name),
            None => {
                self.store.make_current(&self.run, candidate.branch)?;
                tracing::info!(
                    "going on on branch `{}`, which has recorded `{path}` as it is asked for now",
                    candidate.name,
                );
            }
        }
        self.cursor.borrow_mut().go_on(&self.store.records()?, &self.run, candidate)
    }

    /// Follows the policy: reuses the result, goes on on a new branch, or returns the divergence.
    fn diverge(
        &self,
        asked: Asked<'_>,
        differences: Vec<Difference>,
        has_result: bool,
    ) -> Result<Replayed, ExecutorError> {
        let path = TaskPath::recorded(asked.request.path);
        let (way, divergence) = self.way(path, differences, has_result)?;
        match way {
            Way::Refuse => Err(ExecutorError::Diverged(Box::new(divergence))),
            Way::Keep => {
                let print = self.accept(asked, &divergence.differences)?;
                self.depends_on(asked.task, print);
                tracing::warn!(
                    "`{}` is kept, though it changed ({})",
                    divergence.path,
                    texts(&divergence.differences).join("; "),
                );
                Ok(Replayed::Result(self.cursor.borrow_mut().reuse()?))
            }
            Way::Fork => {
                let branch = self.fork(divergence.steps)?;
                tracing::warn!(
                    "`{}` changed ({}): {} finished steps ({}) run again on branch `{branch}`; \
                     the old branch stays",
                    divergence.path,
                    texts(&divergence.differences).join("; "),
                    divergence.steps,
                    duration(divergence.took),
                );
                self.keeping.borrow_mut().forked(divergence.path.as_str());
                Ok(Replayed::Nothing)
            }
        }
    }

    /// Decides what is done about a divergence at the cursor.
    pub(super) fn way(
        &self,
        path: TaskPath,
        differences: Vec<Difference>,
        can_be_kept: bool,
    ) -> Result<(Way, Divergence), StoreError> {
        let (steps, took) = self.cursor.borrow().at_stake()?;
        let kept = self.keeping.borrow_mut().takes(path.as_str());
        let Self { options, .. } = self;
        let way = way(options.on_change, kept, can_be_kept, took, options.rerun_below);
        let kept = way == Way::Refuse && (kept || self.options.on_change == OnChange::Keep);
        Ok((way, Divergence { path, differences, steps, took, can_be_kept, kept }))
    }

    /// Records that a person vouches for the result at the cursor, and returns what it depends on
    /// now. The commit that follows makes it durable, at the latest the one that ends the session.
    fn accept(
        &self,
        Asked { request, now, .. }: Asked<'_>,
        differences: &[Difference],
    ) -> Result<Digest, StoreError> {
        let (lineage, position) = {
            let cursor = self.cursor.borrow();
            (cursor.lineage.clone(), cursor.next)
        };
        let owner = lineage.owner(position).unwrap_or_default();
        let records = self.store.records()?;
        let sealed = records.sealed_step(owner, position)?;
        let recorded = records.step_head(&lineage, position, &sealed)?;
        let recorded = records.print(recorded.print)?;
        let mut inputs = self.inputs.borrow_mut();
        let print = inputs.accepted(&recorded, now);
        let mut batch = Batch::new();
        let digest = inputs.put(&mut batch, &print)?;
        let acceptance = Acceptance {
            arguments: request.arguments.clone(),
            print: digest,
            differences: texts(differences),
            user: whoami::username().unwrap_or_default(),
            host: host(),
            accepted: Timestamp::now(),
            session: self.serial,
        };
        let serial = records.acceptances(owner, position)?.len() as u64 + 1;
        let key = keys::acceptance(owner, position, serial);
        let what = format!("the acceptance of `{}`", request.path);
        batch.put(Space::Acceptances, key, seal(&what, &acceptance)?);
        batch.relax();
        self.store.commit(batch)?;
        inputs.stored(print, digest);
        Ok(digest)
    }

    /// Leaves the recorded steps from the cursor on behind; returns the new branch's name.
    pub(super) fn fork(&self, left: u64) -> Result<String, StoreError> {
        let mut cursor = self.cursor.borrow_mut();
        let (branch, record) = self.store.fork(&self.run, cursor.branch, cursor.next)?;
        tracing::debug!(left, branch = record.name, "forked");
        cursor.branch_off(branch, self.store.records()?.lineage(branch)?);
        Ok(record.name)
    }
}

pub(super) fn texts(differences: &[Difference]) -> Vec<String> {
    differences.iter().map(ToString::to_string).collect()
}
