//! One task: what is recorded of a step, and of all below a stage.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;
use serde::Serialize;

use super::value::Value;
use super::{View, ViewError};
use crate::artifact::Artifact;
use crate::error::StoreError;
use crate::history::{FailureRecord, Print, SessionRecord, StepRecord};
use crate::selector::Place;
use crate::storage::Space;
use crate::store::Lineage;

mod text;

/// What is recorded of a task.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum TaskView {
    /// A finished step.
    Step(Box<StepView>),
    /// A stage, or a step that is not done.
    Stage(Box<StageView>),
}

/// A finished step, in short.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepSummary {
    /// Its position on the branch, from 0.
    pub position: u64,
    /// Where it stands in the tree.
    pub path: String,
    /// The session that executed it.
    pub session: u64,
    /// When it began.
    pub started: Timestamp,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// The names of its artifacts.
    pub artifacts: Vec<String>,
}

/// A finished step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepView {
    /// The run's name.
    pub run: String,
    /// The branch on which it was sought.
    pub branch: String,
    /// Its position on the branch, from 0.
    pub position: u64,
    /// Where it stands in the tree.
    pub path: String,
    /// The session that executed it.
    pub session: Option<SessionView>,
    /// When it began.
    pub started: Timestamp,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What its result depends on.
    pub inputs: StepInputs,
    /// What it returned.
    pub result: Value,
    /// What it left as files.
    pub artifacts: Vec<Artifact>,
    /// Attempts at it that failed, and failures before it that a stage handled.
    pub failures: Vec<FailureView>,
}

/// What a step's result depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepInputs {
    /// Its arguments, for people.
    pub arguments: String,
    /// The digest of its code, in hexadecimal.
    pub code: String,
    /// The version in its attribute.
    pub version: u32,
    /// The components that were injected, with all that they depend on.
    pub components: Vec<String>,
    /// The settings that were read, `facet.key` with the value.
    pub settings: BTreeMap<String, String>,
    /// The tracked functions and `impl` blocks that were used, with the hash of each.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub helpers: BTreeMap<String, String>,
}

/// A stage, or a step that is not done: what is recorded below it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StageView {
    /// The run's name.
    pub run: String,
    /// The branch on which it was sought.
    pub branch: String,
    /// The position of its first step on the branch, from 0.
    pub position: u64,
    /// Where it stands in the tree.
    pub path: String,
    /// How many finished steps lie below it.
    pub steps: u64,
    /// When the first of them began.
    pub started: Option<Timestamp>,
    /// When the last of them ended.
    pub ended: Option<Timestamp>,
    /// How long they took together, in seconds.
    pub seconds: f64,
    /// The sessions that worked on it.
    pub sessions: Vec<u64>,
    /// The task that took longest.
    pub longest: Option<String>,
    /// The tasks directly below it, in order.
    pub children: Vec<ChildView>,
    /// How many artifacts they left.
    pub artifacts: u64,
    /// How many bytes they have.
    pub artifact_bytes: u64,
    /// Attempts that failed.
    pub failures: Vec<FailureView>,
    /// What later sessions go by that skip it whole, if it is sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<SealView>,
}

/// How a sealed stage ended, and what it depends on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SealView {
    /// The session that sealed it.
    pub session: u64,
    /// When.
    pub sealed: Timestamp,
    /// Its arguments, for people.
    pub arguments: String,
    /// The settings that it and the tasks in it read, `facet.key` with the value.
    pub settings: BTreeMap<String, String>,
    /// The other tasks in it whose code counts, as `module::name`.
    pub tasks: Vec<String>,
    /// What it returned.
    pub result: Value,
}

/// A task directly below a stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChildView {
    /// Its identity.
    pub identity: String,
    /// How many finished steps lie below it; a step counts itself.
    pub steps: u64,
    /// How long they took together, in seconds.
    pub seconds: f64,
}

/// An attempt that failed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FailureView {
    /// Where the step stands in the tree.
    pub path: String,
    /// The session that tried it.
    pub session: u64,
    /// Which attempt of that session it was, from 1.
    pub attempt: u32,
    /// How many there would have been at most.
    pub of: u32,
    /// When it began.
    pub started: Timestamp,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Its arguments, for people.
    pub arguments: String,
    /// The error and its causes, outermost first.
    pub causes: Vec<String>,
}

/// A session of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionView {
    /// Its serial number in the store, from 1.
    pub session: u64,
    /// Whether it is working now.
    pub is_running: bool,
    /// What is recorded of it.
    #[serde(flatten)]
    pub record: SessionRecord,
}

impl View {
    /// Returns the finished steps of a place, in order, each read when it is taken.
    ///
    /// # Errors
    ///
    /// The store cannot be read; also in the place of a step, after which there are no more.
    pub fn steps(
        &self,
        place: &Place,
    ) -> Result<impl Iterator<Item = Result<StepSummary, StoreError>> + use<>, ViewError> {
        let steps = self.records_of(place)?.map(|step| {
            let (position, step) = step?;
            Ok(StepSummary {
                position,
                path: step.path.as_str().to_owned(),
                session: step.session,
                started: step.started,
                seconds: step.took.as_secs_f64(),
                artifacts: step.artifacts.into_iter().map(|artifact| artifact.name).collect(),
            })
        });
        Ok(steps)
    }

    /// Returns the sessions of a run, in order.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn sessions(&self, run: &str) -> Result<Vec<SessionView>, ViewError> {
        let mut sessions = self.records.sessions()?;
        sessions.retain(|(_, session)| session.run == run);
        Ok(sessions.iter().map(|(serial, record)| self.session_view(*serial, record)).collect())
    }

    /// Returns what is recorded of a task. Costs the records of the steps below it.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn task(&self, place: &Place) -> Result<TaskView, ViewError> {
        Ok(match place.is_step && !place.positions.is_empty() {
            true => TaskView::Step(Box::new(self.step(place)?)),
            false => TaskView::Stage(Box::new(self.stage(place)?)),
        })
    }

    fn step(&self, place: &Place) -> Result<StepView, ViewError> {
        let position = place.positions.start;
        let missing = |what: &str| StoreError::Missing { what: format!("{what} `{place}`") };
        let record = self.records_of(place)?.next().ok_or_else(|| missing("the step"))??.1;
        let print = self.records.print(record.print)?;
        let lineage = self.lineage(place.line)?;
        let result = self.result(&lineage, position)?.ok_or_else(|| missing("the result of"))?;
        let result = Value::open(&result).map_err(|source| StoreError::Unreadable {
            what: format!("the result of `{place}`"),
            source,
        })?;
        let failures = self.failures_on(&lineage)?;
        let of_step = |(serial, failure): &&(u64, FailureRecord)| {
            failure.path == record.path || record.failures.contains(serial)
        };
        let failures = failures.iter().filter(of_step);
        Ok(StepView {
            run: place.run.clone(),
            branch: place.branch.clone(),
            position,
            session: self.session_of(record.session)?,
            failures: failures.map(|(_, failure)| FailureView::of(failure)).collect(),
            inputs: StepInputs::of(&record, print),
            path: record.path.as_str().to_owned(),
            started: record.started,
            seconds: record.took.as_secs_f64(),
            result,
            artifacts: record.artifacts,
        })
    }

    fn stage(&self, place: &Place) -> Result<StageView, ViewError> {
        let mut view = StageView {
            run: place.run.clone(),
            branch: place.branch.clone(),
            position: place.positions.start,
            path: place.path.as_str().to_owned(),
            steps: 0,
            started: None,
            ended: None,
            seconds: 0.0,
            sessions: Vec::new(),
            longest: None,
            children: Vec::new(),
            artifacts: 0,
            artifact_bytes: 0,
            failures: Vec::new(),
            seal: self.seal(place)?,
        };
        let depth = place.path.identities().count();
        let mut longest = 0.0;
        for step in self.records_of(place)? {
            let (_, step) = step?;
            let seconds = step.took.as_secs_f64();
            let ended = step.started + step.took;
            view.steps += 1;
            view.seconds += seconds;
            view.started = Some(view.started.map_or(step.started, |at| at.min(step.started)));
            view.ended = Some(view.ended.map_or(ended, |at| at.max(ended)));
            view.artifacts += step.artifacts.len() as u64;
            view.artifact_bytes += step.artifacts.iter().map(|artifact| artifact.size).sum::<u64>();
            if !view.sessions.contains(&step.session) {
                view.sessions.push(step.session);
            }
            if seconds > longest {
                longest = seconds;
                view.longest = Some(step.path.as_str().to_owned());
            }
            let Some(identity) = step.path.identities().nth(depth) else { continue };
            match view.children.last_mut().filter(|child| child.identity == identity) {
                Some(child) => {
                    child.steps += 1;
                    child.seconds += seconds;
                }
                None => view.children.push(ChildView {
                    identity: identity.to_owned(),
                    steps: 1,
                    seconds,
                }),
            }
        }
        let below = |path: &str| {
            let rest = path.strip_prefix(place.path.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let failures = self.failures_on(&self.lineage(place.line)?)?;
        let failures = failures.iter().filter(|(_, failure)| below(failure.path.as_str()));
        view.failures = failures.map(|(_, failure)| FailureView::of(failure)).collect();
        Ok(view)
    }

    /// Returns the newest seal of a stage that was sealed with the steps that it has on a branch.
    fn seal(&self, place: &Place) -> Result<Option<SealView>, StoreError> {
        let Range { start, end } = place.positions;
        let Some(owner) = self.lineage(place.line)?.owner(end.saturating_sub(1)) else {
            return Ok(None);
        };
        // One that cannot be read seals nothing.
        let mut seals = self.records.seals_from(owner, start)?.filter_map(Result::ok);
        let Some((_, seal)) = seals.find(|(_, seal)| seal.until == end && seal.path == place.path)
        else {
            return Ok(None);
        };
        let mut settings = BTreeMap::new();
        for print in seal.prints() {
            settings.extend(self.records.print(print)?.settings);
        }
        let what = || format!("the result of `{place}`");
        Ok(Some(SealView {
            session: seal.session,
            sealed: seal.sealed,
            settings,
            result: Value::decode(&seal.result)
                .map_err(|source| StoreError::Unreadable { what: what(), source })?,
            arguments: seal.arguments.text,
            tasks: seal.tasks.into_keys().collect(),
        }))
    }

    /// Returns the sealed result of the step at a position.
    pub(crate) fn result(
        &self,
        lineage: &Lineage,
        position: u64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self.records.line(Space::Results, lineage, position).next().transpose()?;
        Ok(row.filter(|(found, _)| *found == position).map(|(_, sealed)| sealed))
    }

    fn session_of(&self, serial: u64) -> Result<Option<SessionView>, StoreError> {
        let record = self.records.session(serial)?;
        Ok(record.map(|record| self.session_view(serial, &record)))
    }

    pub(crate) fn session_view(&self, session: u64, record: &SessionRecord) -> SessionView {
        SessionView { session, is_running: self.is_running(record), record: record.clone() }
    }
}

impl StepInputs {
    pub(crate) fn of(record: &StepRecord, print: Print) -> StepInputs {
        StepInputs {
            arguments: record.arguments.text.clone(),
            code: print.code.to_string(),
            version: print.version,
            components: print.components,
            settings: print.settings,
            helpers: print.helpers,
        }
    }
}

impl FailureView {
    pub(crate) fn of(failure: &FailureRecord) -> FailureView {
        FailureView {
            path: failure.path.as_str().to_owned(),
            session: failure.session,
            attempt: failure.attempt,
            of: failure.of,
            started: failure.started,
            seconds: failure.took.as_secs_f64(),
            arguments: failure.arguments.text.clone(),
            causes: failure.causes.clone(),
        }
    }

    /// Says which attempt it was, if there would have been several.
    pub(crate) fn attempt_of(&self) -> Option<String> {
        (self.of > 1).then(|| format!("attempt {} of {}", self.attempt, self.of))
    }
}
