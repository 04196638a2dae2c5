//! A dry run: what is found at each step is noted, and recorded results stand in.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::time::Duration;

use super::Session;
use super::replaying::{Asked, Found, Replayed, texts};
use crate::error::{ExecutorError, StoreError};
use crate::history::StepRecord;
use crate::path::TaskPath;
use crate::plan::{Action, Plan, PlannedDivergence, PlannedStep};
use crate::replay::{Way, is_same_step};

/// What a dry run has found so far.
#[derive(Default)]
pub(crate) struct Planning {
    steps: Vec<PlannedStep>,
    /// The positions whose steps were asked for.
    seen: BTreeSet<u64>,
    /// From it on everything runs again.
    first: Option<PlannedDivergence>,
    known_until: Option<String>,
    /// The step from which on the session goes on on another branch, and that branch.
    goes_on: Option<(String, String)>,
    /// Where each recorded step stands; looked up once one is asked for at another place.
    positions: Option<HashMap<String, u64>>,
}

impl Planning {
    pub(super) fn goes_on(&mut self, path: &str, branch: &str) {
        self.goes_on = Some((path.to_owned(), branch.to_owned()));
    }

    fn note(
        &mut self,
        asked: Asked<'_>,
        action: Action,
        reasons: Vec<String>,
        took: Option<Duration>,
    ) {
        let path = asked.request.path.to_owned();
        let seconds = took.map(|took| took.as_secs_f64());
        self.steps.push(PlannedStep { path, action, reasons, seconds, steps: 1 });
    }
}

impl Session {
    /// Tells whether a dry run is behind the first step that differs: nothing is skipped there.
    pub(super) fn is_planned_again(&self) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.borrow().first.is_some())
    }

    /// Notes in a dry run that a sealed stage is skipped whole.
    pub(super) fn plan_skip(
        &self,
        asked: Asked<'_>,
        positions: Range<u64>,
    ) -> Result<(), StoreError> {
        let Some(plan) = &self.plan else { return Ok(()) };
        let (path, steps) = (asked.request.path.to_owned(), positions.end - positions.start);
        let mut seconds = 0.0;
        let recorded = self.store.records()?;
        for step in recorded.steps(&self.cursor.borrow().lineage, positions.start) {
            let (position, step) = step?;
            if position >= positions.end {
                break;
            }
            seconds += step.took.as_secs_f64();
        }
        let mut plan = plan.borrow_mut();
        plan.seen.extend(positions);
        let (action, seconds) = (Action::Sealed, Some(seconds));
        plan.steps.push(PlannedStep { path, action, reasons: Vec::new(), seconds, steps });
        Ok(())
    }

    /// Notes in a dry run why the body of a sealed stage runs though steps of it may be recorded.
    pub(super) fn plan_body(&self, asked: Asked<'_>, reasons: Vec<String>) {
        let Some(plan) = &self.plan else { return };
        let path = asked.request.path.to_owned();
        let reasons = match reasons.is_empty() {
            true => vec!["it has no seal here".to_owned()],
            false => reasons,
        };
        let (action, seconds) = (Action::RunBody, None);
        plan.borrow_mut().steps.push(PlannedStep { path, action, reasons, seconds, steps: 0 });
    }

    /// Notes what would happen to a step, and gives what is recorded of it.
    pub(super) fn plan_step(
        &self,
        plan: &mut Planning,
        asked: Asked<'_>,
        found: Found,
    ) -> Result<Replayed, ExecutorError> {
        // Where the first step differs, all that follow saw other data.
        let again = plan.first.as_ref().map(|first| format!("after `{}`", first.path));
        let gone_on = plan.goes_on.as_ref().filter(|(path, _)| path == asked.request.path);
        let gone_on: Option<String> = gone_on.map(|(_, branch)| format!("on branch `{branch}`"));
        match (found, again) {
            (Found::Result(_), None) => {
                let took = self.recorded()?.map(|step| step.took);
                plan.note(asked, Action::Skip, gone_on.into_iter().collect(), took);
                self.stand_in(plan)
            }
            (Found::Result(_), Some(again)) => {
                let took = self.recorded()?.map(|step| step.took);
                plan.note(asked, Action::Run, vec![again], took);
                self.stand_in(plan)
            }
            (Found::Failure(serials, failure), again) => {
                let action = if again.is_some() { Action::Run } else { Action::Skip };
                let reasons = again.or(Some("it failed, and that was handled".to_owned()));
                plan.note(asked, action, reasons.into_iter().chain(gone_on).collect(), None);
                self.cursor.borrow_mut().failures.extend(serials);
                Ok(Replayed::Failure(failure))
            }
            (Found::Nothing, again) => {
                let is_recorded = again.is_some() && self.stand_where_recorded(plan, asked)?;
                self.runs(plan, asked, Action::Run, again.into_iter().collect(), is_recorded)
            }
            (Found::Diverged { differences, has_result }, again) => {
                let reasons = texts(&differences);
                // A step that was moved, or before which others are gone, has a result elsewhere.
                let is_other = !is_same_step(&differences);
                if again.is_none() {
                    let path = TaskPath::recorded(asked.request.path);
                    let (way, divergence) = self.way(path, differences, has_result)?;
                    if way == Way::Keep {
                        let took = self.recorded()?.map(|step| step.took);
                        let kept = vec![format!("kept, though: {}", reasons.join("; "))];
                        plan.note(asked, Action::Skip, kept, took);
                        return self.stand_in(plan);
                    }
                    plan.first = Some(PlannedDivergence {
                        path: divergence.path.to_string(),
                        refused: way == Way::Refuse,
                        steps: divergence.steps,
                        seconds: divergence.took.as_secs_f64(),
                    });
                }
                let is_recorded =
                    has_result || is_other && self.stand_where_recorded(plan, asked)?;
                self.runs(plan, asked, Action::Diverged, reasons, is_recorded)
            }
        }
    }

    /// Notes a step that would be executed. If it is recorded at the cursor, its result stands in.
    fn runs(
        &self,
        plan: &mut Planning,
        asked: Asked<'_>,
        action: Action,
        reasons: Vec<String>,
        is_recorded: bool,
    ) -> Result<Replayed, ExecutorError> {
        if is_recorded {
            let took = self.recorded()?.map(|step| step.took);
            plan.note(asked, action, reasons, took);
            return self.stand_in(plan);
        }
        plan.note(asked, action, reasons, None);
        let path = asked.request.path.to_owned();
        let reason = format!("`{path}` has to run first");
        plan.known_until = Some(path);
        let ended = || ExecutorError::Ended { reason: reason.clone() };
        // No more tasks are run, whatever stages make of the error.
        let stages = self.stages.borrow().clone();
        self.ended.borrow_mut().get_or_insert_with(|| (ended(), stages));
        Err(ended())
    }

    /// Returns what was found, once the stages have ended.
    pub(crate) fn planned(&self, error: Option<ExecutorError>) -> Result<Plan, ExecutorError> {
        let mut plan = self.plan.as_ref().map(|plan| plan.take()).unwrap_or_default();
        let failure = match self.ended.borrow_mut().take() {
            Some((ExecutorError::Ended { .. }, _)) if plan.known_until.is_some() => None,
            Some((error, _)) => return Err(error),
            None => error.as_ref().map(ToString::to_string),
        };
        let cursor = self.cursor.borrow();
        let records = self.store.records()?;
        let (action, reasons) = match (&plan.known_until, &failure) {
            (None, None) => (Action::Left, Vec::new()),
            (Some(path), _) => (Action::Unknown, vec![format!("after `{path}`")]),
            (None, Some(_)) => (Action::Unknown, Vec::new()),
        };
        for step in records.steps(&cursor.lineage, 0) {
            let (position, StepRecord { path, took, .. }) = step?;
            if plan.seen.contains(&position) {
                continue;
            }
            plan.steps.push(PlannedStep {
                path: path.to_string(),
                action,
                reasons: reasons.clone(),
                seconds: Some(took.as_secs_f64()),
                steps: 1,
            });
        }
        let leaves = plan.steps.iter().any(|step| step.action == Action::Left);
        let branch = match plan.first.is_some() || leaves {
            true => None,
            false => records.branch(cursor.branch)?.filter(|branch| branch.run == self.run),
        };
        Ok(Plan {
            run: self.run.clone(),
            branch: branch.map(|branch| branch.name),
            steps: plan.steps,
            divergence: plan.first,
            known_until: plan.known_until,
            failure,
        })
    }

    /// Gives the recorded result at the cursor, and stands behind it.
    fn stand_in(&self, plan: &mut Planning) -> Result<Replayed, ExecutorError> {
        let mut cursor = self.cursor.borrow_mut();
        plan.seen.insert(cursor.next);
        Ok(Replayed::Result(cursor.reuse()?))
    }

    /// Stands where a step is recorded that is asked for at another place, if it is on the branch.
    fn stand_where_recorded(
        &self,
        plan: &mut Planning,
        asked: Asked<'_>,
    ) -> Result<bool, StoreError> {
        let mut cursor = self.cursor.borrow_mut();
        let records = self.store.records()?;
        if plan.positions.is_none() {
            let steps = records.steps(&cursor.lineage, 0);
            let positions =
                steps.map(|step| step.map(|(position, step)| (step.path.to_string(), position)));
            plan.positions = Some(positions.collect::<Result<_, _>>()?);
        }
        let positions = plan.positions.as_ref();
        let position = positions.and_then(|positions| positions.get(asked.request.path)).copied();
        match position {
            Some(position) => cursor.stand_at(&records, position).map(|()| true),
            None => Ok(false),
        }
    }

    /// Returns the record at the cursor.
    fn recorded(&self) -> Result<Option<StepRecord>, StoreError> {
        let cursor = self.cursor.borrow();
        let step = self.store.records()?.steps(&cursor.lineage, cursor.next).next();
        Ok(step.transpose()?.map(|(_, step)| step))
    }
}
