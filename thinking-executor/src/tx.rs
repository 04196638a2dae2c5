//! What a step may do: read and write state, write artifacts.

use std::path::PathBuf;
use std::rc::Rc;

use redb::WriteTransaction;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::artifact::{Artifact, ArtifactWriter};
use crate::error::StoreError;
use crate::path::TaskPath;
use crate::signals::Signals;
use crate::state::{Key, Table, TableMut, TableView};
use crate::store::Lineage;

/// A step's write access. What was written is committed with the step's record if the step
/// returns `Ok`, and is gone otherwise.
pub struct Tx {
    pub(crate) transaction: WriteTransaction,
    pub(crate) artifacts: Vec<Artifact>,
    pub(crate) path: TaskPath,
    pub(crate) lineage: Rc<Lineage>,
    pub(crate) branch: u32,
    pub(crate) position: u64,
    pub(crate) directory: PathBuf,
    pub(crate) signals: Signals,
}

impl Tx {
    /// Returns a table as the step sees it: the state so far, and its own writes.
    ///
    /// # Errors
    ///
    /// None today; a store may fail here.
    pub fn table<K: Key, V: DeserializeOwned>(
        &self,
        table: Table<K, V>,
    ) -> Result<TableView<'_, K, V>, StoreError> {
        let below = self.position + 1;
        Ok(TableView::new(&self.transaction, table, self.lineage.clone(), below))
    }

    /// Returns a table to change.
    ///
    /// # Errors
    ///
    /// None today; a store may fail here.
    pub fn table_mut<K: Key, V: Serialize + DeserializeOwned>(
        &mut self,
        table: Table<K, V>,
    ) -> Result<TableMut<'_, K, V>, StoreError> {
        let lineage = self.lineage.clone();
        Ok(TableMut::new(&self.transaction, table, lineage, self.branch, self.position))
    }

    /// Begins an artifact with a plain file name. It belongs to the step once
    /// [`ArtifactWriter::finish`] is called.
    ///
    /// # Errors
    ///
    /// The name is no plain file name, or the store's directory cannot be written.
    pub fn artifact(&mut self, name: &str) -> Result<ArtifactWriter<'_>, StoreError> {
        ArtifactWriter::new(name, &self.directory, &mut self.artifacts)
    }

    /// Returns the step's place in the tree: also a key for effects outside the store that is the
    /// same in every attempt.
    pub fn path(&self) -> &TaskPath {
        &self.path
    }

    /// Tells whether the process was asked to stop. A long step may end early with an error.
    pub fn cancelled(&self) -> bool {
        self.signals.received().is_some()
    }
}
