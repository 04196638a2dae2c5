//! The progress of a long step: small commits of their own, offered to its next attempt.

use std::cell::Cell;
use std::rc::Rc;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_runtime::Recording;

use crate::codec;
use crate::digest::Digest;
use crate::error::StoreError;
use crate::history::{CheckpointRecord, Print};
use crate::session::Session;
use crate::storage::{Batch, Space};
use crate::store::{open, seal};
use crate::tx::Tx;

/// Where a step saves its progress.
pub(crate) struct Checkpoints {
    pub(crate) session: Rc<Session>,
    /// The step's branch and position.
    pub(crate) place: Vec<u8>,
    pub(crate) arguments: Digest,
    /// What the step depends on, without settings and helpers.
    pub(crate) print: Print,
    pub(crate) recording: Rc<Recording>,
    /// Whether there is one, as far as this attempt knows.
    pub(crate) saved: Cell<bool>,
}

impl Tx {
    /// Saves how far the step has come, in a small durable commit of its own. The step's next
    /// attempt, in this session or a later one, gets it from [`Tx::restore`]; it is dropped when
    /// the step is done. Costs a sync.
    ///
    /// What the step wrote to tables stays uncommitted: the value holds all that is needed to go
    /// on.
    ///
    /// ```
    /// # use thinking_executor::{Options, Stage, Store, Tx, execute, stage, step};
    /// # use thinking_injection::{BoxError, Container};
    /// #[step(crate = thinking_executor)]
    /// fn simulate(days: u32, tx: &mut Tx) -> Result<f64, BoxError> {
    ///     let (mut day, mut level) = tx.restore()?.unwrap_or((0, 1.0));
    ///     while day < days {
    ///         level *= 1.01;
    ///         day += 1;
    ///         if day % 100 == 0 {
    ///             tx.checkpoint(&(day, level))?;
    ///         }
    ///     }
    ///     Ok(level)
    /// }
    /// # #[stage(crate = thinking_executor)]
    /// # fn experiment(stage: &Stage) -> Result<f64, BoxError> {
    /// #     Ok(stage.run(simulate(250))?)
    /// # }
    /// # let container = Container::builder().build()?;
    /// # let level = execute(experiment(), &container, Store::in_memory()?, Options::default())?;
    /// # assert!(level > 12.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The value cannot be encoded, or the store fails; the last one that was saved stays.
    pub fn checkpoint<T: Serialize>(&mut self, value: &T) -> Result<(), StoreError> {
        let checkpoints = &self.checkpoints;
        let what = || format!("the checkpoint of `{}`", self.path);
        let unwritable = |source| StoreError::Unwritable { what: what(), source };
        let recorded = checkpoints.recording.so_far();
        let record = CheckpointRecord {
            path: self.path.clone(),
            arguments: checkpoints.arguments,
            print: Print {
                settings: recorded.settings,
                helpers: recorded.helpers,
                ..checkpoints.print.clone()
            },
            session: checkpoints.session.serial(),
            saved: Timestamp::now(),
            value: codec::encode(value).map_err(|error| unwritable(error.into()))?,
        };
        let mut batch = Batch::new();
        batch.put(Space::Checkpoints, checkpoints.place.clone(), seal(what(), &record)?);
        checkpoints.session.store.commit(batch)?;
        checkpoints.saved.set(true);
        Ok(())
    }

    /// Returns what the step saved last in an earlier attempt; nothing if it saved nothing, or if
    /// the step is not the same any more: its code, its arguments, its components, or the settings
    /// and helpers that it had used until then.
    ///
    /// # Errors
    ///
    /// The store fails, or the value is damaged or of another type.
    pub fn restore<T: DeserializeOwned>(&mut self) -> Result<Option<T>, StoreError> {
        let checkpoints = &self.checkpoints;
        let what = || format!("the checkpoint of `{}`", self.path);
        let sealed = self.rows.snapshot.get(Space::Checkpoints, &checkpoints.place)?;
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        checkpoints.saved.set(true);
        let record: CheckpointRecord = open(what, &sealed)?;
        let same = record.path == self.path && record.arguments == checkpoints.arguments;
        let differences = checkpoints.session.compare(&record.print, &checkpoints.print);
        if !same || !differences.is_empty() {
            tracing::info!("the checkpoint of an earlier attempt is left: the step has changed");
            return Ok(None);
        }
        tracing::info!("goes on from the checkpoint of {}", record.saved);
        let value = codec::decode(&record.value);
        value.map(Some).map_err(|source| StoreError::Unreadable { what: what(), source })
    }
}

impl Checkpoints {
    /// Drops what was saved with the commit of the step.
    pub(crate) fn forget(&self, batch: &mut Batch) {
        if self.saved.get() {
            batch.delete(Space::Checkpoints, self.place.clone());
        }
    }
}
