//! Steps that share a commit: small ones, whose syncs would cost more than they do.

use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Session;
use crate::error::ExecutorError;
use crate::stage::Stage;
use crate::state::Overlay;
use crate::step::Step;
use crate::storage::{Batch, Snapshot};

/// How many steps share a commit at most.
const STEPS_MAX: u64 = 64;
/// How much work waits for a commit at most, besides the step that runs.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// Steps that are executed and not committed yet.
pub(super) struct Group {
    batch: Batch,
    /// The rows before its first step: nothing of this run is committed until all of it is.
    snapshot: Rc<dyn Snapshot>,
    /// What they have written, for those after them.
    overlay: Rc<Overlay>,
    steps: u64,
    since: Instant,
}

impl Group {
    pub(super) fn new(snapshot: Rc<dyn Snapshot>) -> Group {
        let (batch, overlay) = (Batch::new(), Rc::default());
        Group { batch, snapshot, overlay, steps: 0, since: Instant::now() }
    }

    pub(super) fn snapshot(&self) -> Rc<dyn Snapshot> {
        self.snapshot.clone()
    }

    pub(super) fn overlay(&self) -> Rc<Overlay> {
        self.overlay.clone()
    }

    pub(super) fn add(&mut self, step: Batch, written: Option<&Overlay>) {
        self.batch.append(step);
        self.steps += 1;
        if let Some(written) = written {
            self.overlay.absorb(written);
        }
    }

    fn is_due(&self) -> bool {
        self.steps >= STEPS_MAX || self.since.elapsed() >= WAIT_MAX
    }
}

impl Session {
    /// Runs steps that share commits. Returns only when all of them are committed.
    #[track_caller]
    pub(crate) fn run_all<T: Serialize + DeserializeOwned>(
        &self,
        stage: &Stage,
        steps: impl IntoIterator<Item = Step<T>>,
    ) -> Result<Vec<T>, ExecutorError> {
        let mut results = Vec::new();
        for mut step in steps {
            let result = self.run_step(stage, step.call(true));
            if result.is_err() || self.group.borrow().as_ref().is_some_and(Group::is_due) {
                // What was executed before a failure is kept.
                self.flush()?;
            }
            results.push(result?);
        }
        self.flush()?;
        Ok(results)
    }

    /// Commits the steps that wait for it. If that fails, none of them has happened.
    pub(super) fn flush(&self) -> Result<(), ExecutorError> {
        let Some(Group { batch, snapshot, steps, .. }) = self.group.take() else {
            return Ok(());
        };
        // What is open to read keeps a commit from reusing space.
        drop(snapshot);
        self.store.commit(batch).map_err(|source| {
            self.cursor.borrow_mut().undo(steps);
            self.end(ExecutorError::GroupCommit { steps, source })
        })
    }
}
